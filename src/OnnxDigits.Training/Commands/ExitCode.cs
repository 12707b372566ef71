namespace OnnxDigits.Training.Commands;

/// <summary>Exit codes of the training command, as its help lists them.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int BelowAccuracyBar = 1;
    public const int Usage = 2;
    public const int Export = 3;
    public const int Data = 4;
    public const int Output = 5;
    public const int Resume = 6;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
