using System.Diagnostics;

namespace OnnxDigits.Tools.ExportBench;

/// <summary>The largest resident memory of this process since a moment.</summary>
internal static class PeakMemory
{
    /// <summary>Starts anew where the system can; the peak of the whole life elsewhere.</summary>
    public static void Reset()
    {
        // "5" sets the high-water mark to what is resident now. https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>Bytes at the peak.</summary>
    public static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Bytes now.</summary>
    public static long Now
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
