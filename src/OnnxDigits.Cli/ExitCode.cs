namespace OnnxDigits.Cli;

/// <summary>What the command answers its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int SomeFailed = 1;
    public const int Usage = 2;
    public const int Model = 3;
    public const int NoInputs = 4;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
