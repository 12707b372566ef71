using TorchOnnx.OnnxRuntime;
using TorchOnnx.Quantization;
using TorchOnnx.Tracing;

namespace TorchOnnx.Tests.Quantization;

public sealed class CalibrationTests
{
    private const int Bins = 2048;

    public static TheoryData<string, Func<Tensor>> Distributions => new()
    {
        { "normal", () => randn(100_000) },
        { "positive", () => randn(100_000).abs() },
        { "long tail", () => randn(100_000).pow(3) },
        { "two peaks", () => cat([randn(50_000).relu(), randn(20_000) * 0.1 + 5]) },
        { "one value", () => ones(10) * 3 },
        { "zeros", () => zeros(10) },
        { "empty", () => zeros(0) },
    };

    [Theory]
    [MemberData(nameof(Distributions), DisableDiscoveryEnumeration = true)]
    public void Percentile_Values_CutsOffSortedValues(string name, Func<Tensor> draw)
    {
        var (values, range) = Collect(draw);
        float[] sorted = [.. values.Where(value => value != 0).Order()];
        foreach (double percentile in (double[])[90, 99, 99.9, 100])
        {
            var (low, high) = range.Percentile(percentile);
            int cut = (int)(sorted.Length * (100 - percentile) / 200);
            double bin = Math.Max(range.Max, -range.Min) / Bins;
            Assert.True(Math.Abs(Math.Min(0, sorted.ElementAtOrDefault(cut)) - low) <= bin * 1.001, $"{name}: {low}");
            Assert.True(
                Math.Abs(Math.Max(0, sorted.ElementAtOrDefault(sorted.Length - 1 - cut)) - high) <= bin * 1.001,
                $"{name}: {high}");
        }
    }

    [Theory]
    [MemberData(nameof(Distributions), DisableDiscoveryEnumeration = true)]
    public void Entropy_Values_HasTheLeastDivergenceOfAllThresholds(string name, Func<Tensor> draw)
    {
        var (values, range) = Collect(draw);
        var (low, high) = range.Entropy();
        Assert.True(low >= range.Min && high <= range.Max);
        double limit = Math.Max(range.Max, -range.Min);
        if (limit == 0) return;
        int levels = range.Min < 0 ? 128 : 256;
        int[] bins = new int[Bins];
        foreach (float value in values.Where(value => value != 0))
        {
            bins[Math.Min((int)(Math.Abs(value) / limit * Bins), Bins - 1)]++;
        }
        double chosen = Divergence(bins, (int)Math.Round(Math.Max(high, -low) / limit * Bins), levels);
        for (int count = levels; count <= Bins; count += 64)
        {
            Assert.True(chosen <= Divergence(bins, count, levels) + 1e-4, $"{name}: {count} bins of {Bins}");
        }
    }

    [Fact]
    public void Widen_NonFiniteValues_AreIgnored()
    {
        var range = new ValueRange();
        range.Widen([float.NegativeInfinity, -2, float.NaN]);
        range.Widen([float.PositiveInfinity, 7]);
        Assert.Equal((-2, 7), (range.Min, range.Max));
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    public void Quantize_CalibrationWithOutlier_RoundsUsualInputsBetterThanMinMax(CalibrationMethod method)
    {
        using var scope = NewDisposeScope();
        var program = OnnxExporter.Export(nn.Linear(8, 4), randn(1, 8));
        var outlier = ones(1, 8) * 100;
        var options = new QuantizationOptions
        {
            Runner = new OnnxRuntimeRunner(),
            ReducedRange = true,
            Percentile = 99.9,
            MaxRelativeError = 1e9,
        };
        Tensor[] calibration = [randn(5000, 8), outlier];
        GraphTensor[] usual = [TensorCopy.ToManaged(randn(50, 8))];

        double minMax = program.Quantize(calibration, options).Verify([usual]).Outputs[0].RelativeError;
        double other = program.Quantize(calibration, options with { Calibration = method })
            .Verify([usual]).Outputs[0].RelativeError;

        Assert.True(other < minMax / 3, $"{other} and {minMax}");
    }

    private static (float[] Values, ValueRange Range) Collect(Func<Tensor> draw)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        var tensor = draw();
        float[] values = tensor.numel() == 0 ? [] : [.. tensor.data<float>()];
        var range = new ValueRange();
        // In two batches, as the calibration does.
        foreach (float[] batch in values.Chunk(60_000)) range.Widen(batch);
        foreach (float[] batch in values.Chunk(60_000)) range.Count(batch);
        return (values, range);
    }

    // The Kullback–Leibler divergence of the clipped values from the distribution after rounding.
    private static double Divergence(int[] bins, int count, int levels)
    {
        double[] clipped = [.. bins.Take(count).Select(bin => (double)bin)];
        clipped[^1] += bins.Skip(count).Sum();
        double[] rounded = [.. Enumerable.Range(0, levels).SelectMany(level =>
        {
            int[] merged = bins[(level * count / levels)..((level + 1) * count / levels)];
            return merged.Select(bin => bin == 0 ? 0 : merged.Sum() / (double)merged.Count(other => other > 0));
        })];
        double kept = rounded.Sum();
        if (kept == 0) return double.PositiveInfinity;
        rounded[^1] = Math.Max(rounded[^1], 1);
        return clipped.Zip(rounded).Where(pair => pair.First > 0).Sum(pair =>
            pair.First / clipped.Sum() * Math.Log(pair.First / clipped.Sum() / (pair.Second / kept)));
    }
}
