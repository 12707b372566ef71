using System.Diagnostics;

namespace OnnxDigits.Tools.Bench;

/// <summary>Compares the run times of whole commands.</summary>
internal static class ShellCommands
{
    public static void Print(IEnumerable<string> commandLines, int rounds) => PairedTurns.Print(
        PairedTurns.Run([.. commandLines.Select(line => new Contestant($"`{line}`", () => Seconds(line)))], rounds),
        "ms", seconds => $"{seconds * 1e3:N0}");

    private static double Seconds(string commandLine)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start("sh", ["-c", $"{commandLine} > /dev/null"]);
        process.WaitForExit();
        double seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? seconds
            : throw new InvalidOperationException(
                $"'{commandLine}' ended with exit code {process.ExitCode}. Run it by hand first.");
    }
}
