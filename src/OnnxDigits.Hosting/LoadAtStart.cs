using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting;

/// <summary>Loads the registered classifiers when the host starts: there they fail, not at the first caller.</summary>
internal sealed class LoadAtStart(IServiceProvider provider, IOptions<LoadAtStartOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in options.Value.Names)
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
