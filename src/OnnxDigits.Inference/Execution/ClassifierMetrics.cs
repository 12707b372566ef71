using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OnnxDigits.Inference.Execution;

/// <summary>What the classifiers of a program tell its metrics, where somebody listens.</summary>
internal static class ClassifierMetrics
{
    private static readonly Meter Meter = new("OnnxDigits.Inference");

    public static Histogram<double> Preprocessing { get; } = Meter.CreateHistogram<double>(
        "onnxdigits.preprocess.duration", "s", "Preparing the image or the block of images of one run.");

    public static Histogram<double> Run { get; } = Meter.CreateHistogram<double>(
        "onnxdigits.run.duration", "s", "One call of the network, for an image or many.");

    /// <param name="duration">One of the histograms.</param>
    /// <param name="start">A time stamp of <see cref="Stopwatch"/>.</param>
    /// <param name="end">A later one.</param>
    public static void Record(Histogram<double> duration, long start, long end)
    {
        if (duration.Enabled)
            duration.Record(Stopwatch.GetElapsedTime(start, end).TotalSeconds);
    }
}
