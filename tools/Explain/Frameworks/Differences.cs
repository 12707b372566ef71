namespace OnnxDigits.Tools.Explain.Frameworks;

/// <summary>How far two runs of the same layer are apart, value by value, counted as they come.</summary>
internal sealed class Differences
{
    /// <summary>Counts are kept by powers of ten in so many parts.</summary>
    private const int PerDecade = 20;
    private const int LeastDecade = -10;

    private readonly long[] _counts = new long[-LeastDecade * PerDecade + 1];

    /// <summary>Values compared.</summary>
    public long Count { get; private set; }

    /// <summary>Those that are the same to the bit.</summary>
    public long Equal { get; private set; }

    public double Largest { get; private set; }

    /// <summary>The largest magnitude of a value, to hold the differences against.</summary>
    public double LargestValue { get; private set; }

    /// <exception cref="ArgumentException">The runs gave different numbers of values, or a NaN.</exception>
    public void Add(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        if (ours.Length != theirs.Length) throw new ArgumentException($"{ours.Length} values against {theirs.Length}.", nameof(theirs));
        for (int i = 0; i < ours.Length; i++)
        {
            double difference = Math.Abs((double)ours[i] - theirs[i]);
            if (double.IsNaN(difference)) throw new ArgumentException($"Value {i} is {ours[i]} against {theirs[i]}.", nameof(theirs));
            Count++;
            LargestValue = Math.Max(LargestValue, Math.Abs(ours[i]));
            Largest = Math.Max(Largest, difference);
            if (difference == 0) Equal++;
            else _counts[BinOf(difference)]++;
        }
    }

    /// <summary>The difference that so large a share of all values does not exceed, to a twentieth of a power of ten.</summary>
    public double Quantile(double share)
    {
        long left = (long)Math.Ceiling(share * Count) - Equal;
        if (left <= 0) return 0;
        return Math.Min(Largest, Curve().SkipWhile(point => point.Share * Count < left + Equal).First().Difference);
    }

    /// <summary>The share of values that differ by at most so much, for each difference that is counted.</summary>
    public IEnumerable<(double Difference, double Share)> Curve()
    {
        long sum = Equal;
        for (int bin = 0; bin < _counts.Length; bin++)
        {
            sum += _counts[bin];
            yield return (Math.Pow(10, LeastDecade + (double)(bin + 1) / PerDecade), (double)sum / Count);
        }
    }

    private int BinOf(double difference) =>
        Math.Clamp((int)Math.Floor((Math.Log10(difference) - LeastDecade) * PerDecade), 0, _counts.Length - 1);
}
