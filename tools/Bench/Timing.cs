using System.Diagnostics;

namespace OnnxDigits.Tools.Bench;

internal static class Timing
{
    /// <summary>The microseconds of each of some calls.</summary>
    public static double[] Microseconds(int calls, Action call)
    {
        double[] times = new double[calls];
        for (int i = 0; i < calls; i++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        return times;
    }

    /// <summary>The value below which a share of all lies; 0.5 is the median.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)(share * (sorted.Length - 1))];
    }
}
