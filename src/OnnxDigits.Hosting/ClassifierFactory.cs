using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting;

/// <summary>Makes the classifier of a registration; the container keeps it and disposes of it.</summary>
internal static class ClassifierFactory
{
    public static DigitClassifier Create(IServiceProvider provider, string name)
    {
        var settings = provider.GetRequiredService<IOptionsMonitor<DigitClassifierSettings>>().Get(name);
        return settings.ModelPath is { } path
            ? DigitClassifier.Load(path, settings.ToOptions())
            : new DigitClassifier(settings.ToOptions());
    }
}
