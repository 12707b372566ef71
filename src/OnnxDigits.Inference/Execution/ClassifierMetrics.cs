using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OnnxDigits.Inference.Execution;

/// <summary>The meter <c>OnnxDigits.Inference</c>, for OpenTelemetry and <c>dotnet-counters</c>.</summary>
internal static class ClassifierMetrics
{
    private static readonly Meter Meter = new("OnnxDigits.Inference");

    public static Histogram<double> Preprocessing { get; } = Meter.CreateHistogram<double>(
        "onnxdigits.preprocess.duration", "s", "The time to prepare one image.");

    public static Histogram<double> Run { get; } = Meter.CreateHistogram<double>(
        "onnxdigits.run.duration", "s", "The time of one call of the network, with one image or many.");

    /// <summary>Records the time since <paramref name="start"/>, a timestamp of <see cref="Stopwatch"/>.</summary>
    public static void Record(Histogram<double> duration, long start)
    {
        if (duration.Enabled) duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
