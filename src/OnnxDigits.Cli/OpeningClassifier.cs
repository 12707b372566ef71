using OnnxDigits.Inference;

namespace OnnxDigits.Cli;

/// <summary>A network that is opened while the caller does something else; freed in the end, asked for or not.</summary>
internal sealed class OpeningClassifier(Func<DigitClassifier> open) : IAsyncDisposable
{
    /// <summary>The network, or why it cannot be opened.</summary>
    public Task<DigitClassifier> Opened { get; } = Task.Run(open);

    public async ValueTask DisposeAsync()
    {
        await ((Task)Opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Opened.IsCompletedSuccessfully)
            Opened.Result.Dispose();
    }
}
