using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>Runs the command as a process and tells time and memory.</summary>
internal static class Infer
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "infer.dll");

    /// <summary>Seconds from start to exit, and the peak of resident memory in MiB as the system counts it.</summary>
    public static (double Seconds, double PeakMiB) Run(IEnumerable<string>? list, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardInput = list is not null,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        double peak = 0;
        if (list is not null)
        {
            foreach (var (index, path) in list.Index())
            {
                process.StandardInput.WriteLine(path);
                if (index % 1000 == 999)
                    peak = Math.Max(peak, Peak(process));
            }
            peak = Math.Max(peak, Peak(process));
            process.StandardInput.Close();
        }
        process.WaitForExit();
        output.Wait();
        return (watch.Elapsed.TotalSeconds, peak);
    }

    // Linux alone keeps the highest value that the resident set ever had.
    private static double Peak(Process process)
    {
        string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
