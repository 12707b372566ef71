namespace Shared;

/// <summary>The exit codes of all commands. Each command uses some of them.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Some inputs failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Usage = 2;

    /// <summary>The model, the device or a native library is missing or invalid.</summary>
    public const int Model = 3;

    /// <summary>There are no inputs, or the data set cannot be read.</summary>
    public const int Data = 4;

    /// <summary>The output cannot be written.</summary>
    public const int Output = 5;

    /// <summary>The accuracy is below the required one.</summary>
    public const int Accuracy = 6;

    /// <summary>The run cannot be resumed.</summary>
    public const int Resume = 7;

    /// <summary>The command was stopped by SIGHUP: its terminal was closed.</summary>
    public const int HungUp = 129;

    /// <summary>The command was stopped by SIGINT (Ctrl-C).</summary>
    public const int Interrupted = 130;

    /// <summary>The reader of the output has closed the pipe.</summary>
    public const int BrokenPipe = 141;

    /// <summary>The command was stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
