using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>A network that is opened while the caller does something else; freed in the end, asked for or not.</summary>
internal sealed class OpeningClassifier(Func<DigitClassifier> open) : IDisposable
{
    private readonly Task<DigitClassifier> _opening = Task.Run(open);

    /// <summary>The network, or why it cannot be opened.</summary>
    public DigitClassifier Opened => _opening.GetAwaiter().GetResult();

    public void Dispose()
    {
        // Unlike Wait, it throws nothing.
        Task.WaitAny(_opening);
        if (_opening.IsCompletedSuccessfully)
            _opening.Result.Dispose();
    }
}
