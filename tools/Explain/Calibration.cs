using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Explain;

/// <summary>What a network said of its readings against what they were.</summary>
internal sealed class Calibration
{
    /// <summary>Of the confidence from 0 to 1, equally wide.</summary>
    public const int Bins = 15;

    private readonly (float Confidence, bool Right)[] _readings;

    public Calibration(DigitPrediction[] readings, DigitImages images) =>
        _readings = [.. readings.Select((reading, i) => (reading.Confidence, reading.Digit == images.Label(i)))];

    public double Accuracy => _readings.Average(reading => reading.Right ? 1.0 : 0);

    public double MeanConfidence => _readings.Average(reading => (double)reading.Confidence);

    /// <summary>The bins that hold images, from the least confidence up.</summary>
    public IEnumerable<Bin> Filled => _readings
        .GroupBy(reading => Math.Min((int)(reading.Confidence * Bins), Bins - 1))
        .OrderBy(bin => bin.Key)
        .Select(bin => new Bin(bin.Count(), bin.Average(r => (double)r.Confidence), bin.Average(r => r.Right ? 1.0 : 0)));

    /// <summary>Mean distance of confidence and accuracy over the bins, each by its images.</summary>
    public double ExpectedError =>
        Filled.Sum(bin => bin.Images * Math.Abs(bin.Confidence - bin.Accuracy)) / _readings.Length;

    /// <summary>The readings that reach a threshold, and the right ones among them.</summary>
    public (int Kept, int Right) Reaching(double threshold)
    {
        var kept = _readings.Where(reading => reading.Confidence >= threshold).ToArray();
        return (kept.Length, kept.Count(reading => reading.Right));
    }

    /// <param name="Images">How many.</param>
    /// <param name="Confidence">Mean, 0..1.</param>
    /// <param name="Accuracy">Mean, 0..1.</param>
    internal readonly record struct Bin(int Images, double Confidence, double Accuracy);
}
