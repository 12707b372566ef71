using System.Globalization;

namespace OnnxDigits.Tests;

/// <summary>Asserts that an action takes at most 2 seconds of processor time and 256 MiB of memory.</summary>
internal static class Limits
{
    public static void Watch(Action action, int mebibytes = 256) => Check(Measure(action), mebibytes);

    /// <summary>Measures the processor time and the additional memory, in bytes, of an action.</summary>
    public static (TimeSpan Processor, long Memory) Measure(Action action)
    {
        GC.Collect();
        long before = ResetPeakMemory();
        var usage = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - usage, PeakMemory() - before);
    }

    public static void Check((TimeSpan Processor, long Memory) cost, int mebibytes = 256)
    {
        Assert.InRange(cost.Processor.TotalSeconds, 0, 2);
        Assert.InRange(cost.Memory >> 20, long.MinValue, mebibytes);
    }

    private static long ResetPeakMemory()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
        return PeakMemory();
    }

    // Only Linux can reset the peak, so other systems measure only the time.
    private static long PeakMemory()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        string line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) << 10;
    }
}
