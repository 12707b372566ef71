using System.Globalization;

namespace OnnxDigits.Tests;

/// <summary>What one bad file may cost: 2 s of the processor and 256 MiB of memory beside what there was.</summary>
internal static class Limits
{
    public static void Watch(Action action, int mebibytes = 256) => Check(Measure(action), mebibytes);

    /// <summary>What an action cost: time of the processor, and bytes of memory beside what there was.</summary>
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
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
        return PeakMemory();
    }

    // Only Linux can reset the peak; elsewhere the time alone is watched.
    private static long PeakMemory()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        string line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) << 10;
    }
}
