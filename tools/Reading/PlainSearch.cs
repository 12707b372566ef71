namespace OnnxDigits.Tools.Reading;

/// <summary>Finds values by which most pictures are read rightly, and of all that are as good those in the middle.</summary>
/// <remarks>
/// One number after the other, again and again until none moves. Values count as equally good within one standard error of the best,
/// the rule of L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees, 1984, section 3.4.3: the middle
/// of a plain is farther from its edges than what happens to read one picture more.
/// </remarks>
internal static class PlainSearch
{
    private const int MostSweeps = 6;

    /// <param name="sizes">How many values each number may have.</param>
    /// <param name="start">At which of them each begins.</param>
    /// <param name="read">Which pictures are read rightly with the numbers at these values. Asked for some again and again: it should remember.</param>
    public static Outcome Run(IReadOnlyList<int> sizes, IReadOnlyList<int> start, Func<int[], bool[]> read)
    {
        int[] places = [.. start];
        bool moved = true;
        int sweeps = 0;
        for (; moved && sweeps < MostSweeps; sweeps++)
        {
            moved = false;
            for (int number = 0; number < places.Length; number++)
            {
                int middle = Middle([.. Enumerable.Range(0, sizes[number]).Select(value => read(With(places, number, value)))]);
                moved |= middle != places[number];
                places[number] = middle;
            }
        }
        return new Outcome(places, sweeps, !moved);
    }

    /// <summary>The value in the middle of the plain; of two the one that reads more, of equals the first.</summary>
    /// <param name="readings">For each value, which pictures are read rightly.</param>
    public static int Middle(bool[][] readings)
    {
        var (first, last) = Plain(readings);
        return ((int[])[(first + last) / 2, (first + last + 1) / 2]).MaxBy(value => Count(readings[value]));
    }

    /// <summary>The longest run of values that are within one standard error of the best; of several the first.</summary>
    /// <param name="readings">For each value, which pictures are read rightly.</param>
    public static (int First, int Last) Plain(bool[][] readings)
    {
        bool[] best = readings.MaxBy(Count)!;
        (int First, int Last) longest = (0, -1);
        for (int first = 0; first < readings.Length; first++)
        {
            int last = first;
            while (last < readings.Length && IsAsGood(readings[last], best)) last++;
            if (last - first > longest.Last - longest.First + 1) longest = (first, last - 1);
        }
        return longest;
    }

    /// <summary>The numbers with one of them at another value.</summary>
    public static int[] With(IReadOnlyList<int> places, int number, int value) =>
        [.. places.Select((place, i) => i == number ? value : place)];

    private static int Count(bool[] reading) => reading.Count(isRight => isRight);

    // The difference of two counts over the same pictures has the variance of those that differ.
    private static bool IsAsGood(bool[] reading, bool[] best)
    {
        int lost = best.Zip(reading).Count(picture => picture.First && !picture.Second);
        int gained = best.Zip(reading).Count(picture => !picture.First && picture.Second);
        return lost - gained <= Math.Sqrt(lost + gained);
    }

    /// <summary>Where a search ended.</summary>
    /// <param name="Places">At which of its values each number is.</param>
    /// <param name="Sweeps">How often all were asked.</param>
    /// <param name="IsSettled">Whether the last sweep left all where they were.</param>
    internal sealed record Outcome(int[] Places, int Sweeps, bool IsSettled);
}
