using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Extensions.DependencyInjection.Internals;

/// <summary>Loads every registered classifier when the host starts, so that it fails there and not at the first caller.</summary>
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
