namespace TorchOnnx.Quantization;

/// <summary>Collects the range and the distribution of a tensor's values over many batches.</summary>
internal sealed class ValueRange
{
    private const int HalfBins = 2048;
    // uint8 has 256 values. If the values have both signs, half of them are left for each sign.
    private const int Levels = 256;

    private readonly long[] _bins = new long[2 * HalfBins];
    private float _limit;

    public float Min { get; private set; }

    public float Max { get; private set; }

    /// <summary>Widens the range, which contains zero, by finite values.</summary>
    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            if (value < Min) Min = value;
            else if (value > Max) Max = value;
        }
        _limit = Math.Max(Max, -Min);
    }

    /// <summary>Counts finite values in a histogram. All values must have been passed to Widen before.</summary>
    public void Count(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            // Zero has no error in any range, and half of all activations are zeros behind a Relu.
            if (value != 0 && float.IsFinite(value)) _bins[Bin(value)]++;
        }
    }

    /// <summary>Returns the range without the smallest and largest (100 − percentile) / 2 % of the values.</summary>
    public (float Low, float High) Percentile(double percentile)
    {
        double cut = _bins.Sum() * (100 - percentile) / 200;
        return (Math.Max(Min, Math.Min(0, Edge(First(cut)))), Math.Min(Max, Math.Max(0, Edge(Last(cut) + 1))));
    }

    /// <summary>
    /// Returns the range that loses the least information, as in S. Migacz, 8-bit Inference with TensorRT, GTC 2017.
    /// </summary>
    public (float Low, float High) Entropy()
    {
        double[] magnitudes = [.. Enumerable.Range(0, HalfBins).Select(
            index => (double)_bins[HalfBins + index] + _bins[HalfBins - 1 - index])];
        int levels = Min < 0 ? Levels / 2 : Levels;
        int best = Enumerable.Range(levels, HalfBins - levels + 1)
            .MinBy(count => Divergence(magnitudes, count, levels));
        float threshold = Edge(HalfBins + best);
        return (Math.Max(Min, -threshold), Math.Min(Max, threshold));
    }

    // Returns the Kullback–Leibler divergence between the first bins and the same bins merged to fewer levels. The last
    // of the first bins also counts all larger values.
    private static double Divergence(double[] bins, int count, int levels)
    {
        double total = bins.Sum(), outliers = bins.Skip(count).Sum();
        if (total == 0) return 0;
        double kept = total - outliers;
        if (kept == 0) return double.PositiveInfinity;
        double divergence = 0;
        for (int level = 0; level < levels; level++)
        {
            int start = level * count / levels, end = (level + 1) * count / levels;
            double sum = 0;
            int filled = 0;
            for (int index = start; index < end; index++)
            {
                sum += bins[index];
                if (bins[index] > 0) filled++;
            }
            for (int index = start; index < end; index++)
            {
                double p = bins[index] + (index == count - 1 ? outliers : 0);
                if (p == 0) continue;
                // The bin that receives the larger values may be empty itself. It then counts as one value.
                double q = bins[index] == 0 ? 1 : sum / filled;
                divergence += p / total * Math.Log(p / total / (q / kept));
            }
        }
        return divergence;
    }

    private int Bin(float value) =>
        Math.Clamp((int)Math.Floor((value / (double)_limit + 1) * HalfBins), 0, _bins.Length - 1);

    private float Edge(int bin) => (float)(((double)bin / HalfBins - 1) * _limit);

    private int First(double cut)
    {
        double sum = 0;
        int bin = 0;
        while (bin < _bins.Length - 1 && (sum += _bins[bin]) <= cut) bin++;
        return bin;
    }

    private int Last(double cut)
    {
        double sum = 0;
        int bin = _bins.Length - 1;
        while (bin > 0 && (sum += _bins[bin]) <= cut) bin--;
        return bin;
    }
}
