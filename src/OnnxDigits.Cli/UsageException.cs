using Shared;

namespace OnnxDigits.Cli;

/// <summary>The command cannot start as it was asked to; the message is the one sentence that the user sees.</summary>
internal sealed class UsageException(string message, int exitCode = ExitCode.Usage, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
