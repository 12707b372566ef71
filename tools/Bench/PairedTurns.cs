using System.Diagnostics;
using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Bench;

/// <summary>Represents one of several ways to do the same work.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Turn">Does the work once and returns the seconds that it took.</param>
internal sealed record Contestant(string Name, Func<double> Turn);

/// <summary>Represents the measured times of a contestant.</summary>
/// <param name="Name">The contestant's name.</param>
/// <param name="Seconds">The median time of a turn.</param>
/// <param name="Ratios">
/// The time of each turn divided by the first contestant's in the same round, in ascending order.
/// </param>
internal sealed record Timing(string Name, double Seconds, double[] Ratios)
{
    /// <summary>Gets the median of the ratios.</summary>
    public double Ratio => Ratios[Ratios.Length / 2];
}

/// <summary>
/// Measures contestants in turns and compares times of the same round, so that a change in the machine's speed affects
/// all of them.
/// </summary>
internal static class PairedTurns
{
    /// <summary>Runs one round to warm up and then the measured rounds.</summary>
    /// <param name="contestants">The contestants. The first is the baseline of the ratios.</param>
    /// <param name="rounds">The number of measured rounds, at least 1.</param>
    public static Timing[] Run(IReadOnlyList<Contestant> contestants, int rounds)
    {
        double[][] times = [.. Enumerable.Range(0, rounds + 1).Select(round => Round(contestants, round)).Skip(1)];
        return
        [
            .. contestants.Select((contestant, i) => new Timing(
                contestant.Name,
                times.Select(round => round[i]).Order().ElementAt(rounds / 2),
                [.. times.Select(round => round[i] / round[0]).Order()])),
        ];
    }

    /// <summary>Prints a row for each contestant.</summary>
    /// <param name="timings">The measured times.</param>
    /// <param name="unit">The title of the second column.</param>
    /// <param name="format">Formats the median seconds for the second column.</param>
    public static void Print(IEnumerable<Timing> timings, string unit, Func<double, string> format) =>
        Console.WriteLine(
        MarkdownTable.Format(
            ["", unit, "time over the first's, median", "lowest", "highest"],
            timings.Select(timing => (string[])
            [
                timing.Name, format(timing.Seconds), $"{timing.Ratio:0.00}", $"{timing.Ratios[0]:0.00}",
                $"{timing.Ratios[^1]:0.00}",
            ])));

    /// <summary>Returns the seconds that some calls of an action take.</summary>
    public static double Seconds(Action action, int calls = 1)
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < calls; i++) action();
        return watch.Elapsed.TotalSeconds;
    }

    // Rotate the order, because each turn starts with the caches that the previous turn left.
    private static double[] Round(IReadOnlyList<Contestant> contestants, int round)
    {
        double[] times = new double[contestants.Count];
        for (int turn = 0; turn < times.Length; turn++)
        {
            int i = (round + turn) % times.Length;
            times[i] = contestants[i].Turn();
        }

        return times;
    }
}
