using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting;

/// <summary>
/// Opens the registered classifiers when the host starts, so that a bad model or device fails the start.
/// </summary>
internal sealed class LoadAtStart(IServiceProvider provider, IOptions<Registrations> registrations) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in registrations.Value.Sections.Keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = name == Options.DefaultName
                ? provider.GetRequiredService<DigitClassifier>()
                : provider.GetRequiredKeyedService<DigitClassifier>(name);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
