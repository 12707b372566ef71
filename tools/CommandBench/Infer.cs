using System.Diagnostics;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>Runs the command as a process and tells time and memory.</summary>
internal static class Infer
{
    // An installed command is compiled ahead of time, the one beside this program is not.
    private static readonly string[] Command = Environment.GetEnvironmentVariable("ONNXDIGITS_INFER") is { } installed
        ? [installed]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "infer.dll")];

    /// <summary>Seconds from start to exit, and the peak of resident memory in MiB as the system counts it.</summary>
    public static (double Seconds, double PeakMiB) Run(IEnumerable<string>? list, params string[] arguments) =>
        Start(list, [.. Command, .. arguments]);

    /// <summary>The same of a program that does nothing.</summary>
    public static double RunNothing() =>
        Start(null, ["dotnet", Path.Combine(AppContext.BaseDirectory, "CommandBench.dll"), BenchCommand.Nothing]).Seconds;

    private static (double Seconds, double PeakMiB) Start(IEnumerable<string>? list, string[] command)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = list is not null,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        double peak = 0;
        var watcher = Task.Run(() =>
        {
            while (!process.HasExited)
            {
                peak = Math.Max(peak, ProcessMemory.Peak(process.Id));
                Thread.Sleep(10);
            }
        });
        if (list is not null)
        {
            foreach (string path in list)
                process.StandardInput.WriteLine(path);
            process.StandardInput.Close();
        }
        process.WaitForExit();
        Task.WaitAll(output, watcher);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with exit code {process.ExitCode}: its time says nothing.");
        return (watch.Elapsed.TotalSeconds, peak);
    }
}
