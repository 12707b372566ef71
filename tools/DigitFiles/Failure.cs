using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>Runs a command's work; what people can cause becomes one sentence and exit code 1.</summary>
internal static class Failure
{
    public static int ExitCodeOf(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (Exception e) when (e is DigitDataException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"digitfiles: {e.Message}");
            return 1;
        }
    }
}
