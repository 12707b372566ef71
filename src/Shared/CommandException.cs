namespace Shared;

/// <summary>The exception that ends the command with a message for the user and an exit code.</summary>
internal sealed class CommandException(
    string message, int exitCode = ExitCode.Usage, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
