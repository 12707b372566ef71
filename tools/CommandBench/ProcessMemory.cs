using System.Globalization;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>Resident memory of a process as Linux counts it.</summary>
internal static class ProcessMemory
{
    /// <summary>The highest value that it ever had, in MiB; 0 where the process has ended.</summary>
    public static double Peak(int process) => Read(process, "VmHWM");

    /// <summary>What it is now, in MiB; 0 where the process has ended.</summary>
    public static double Now(int process) => Read(process, "VmRSS");

    private static double Read(int process, string name)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            // It has ended between two looks.
            return 0;
        }
    }
}
