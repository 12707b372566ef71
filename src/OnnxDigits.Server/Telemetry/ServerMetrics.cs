using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OnnxDigits.Server.Telemetry;

/// <summary>The instruments of the meter <c>OnnxDigits.Server</c>.</summary>
internal sealed class ServerMetrics(IMeterFactory meters)
{
    public const string MeterName = "OnnxDigits.Server";

    // The default buckets of histograms are for milliseconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Rows = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024],
    };

    private readonly Meter _meter = meters.Create(MeterName);

    /// <summary>Gets the duration of requests by model, protocol and status.</summary>
    public Histogram<double> Requests => field ??= _meter.CreateHistogram(
        "onnxdigits.server.request.duration", "s", "The duration of requests.", advice: Seconds);

    /// <summary>Gets the time that requests waited for their model.</summary>
    public Histogram<double> Waits => field ??= _meter.CreateHistogram(
        "onnxdigits.server.queue.duration", "s", "The time that requests waited for their model.", advice: Seconds);

    /// <summary>Gets the number of rows in a run.</summary>
    public Histogram<int> Batches => field ??= _meter.CreateHistogram(
        "onnxdigits.server.batch.rows", "{row}", "The number of rows in a run of a model.", advice: Rows);

    /// <summary>Gets the number of requests that wait.</summary>
    public UpDownCounter<int> Pending => field ??= _meter.CreateUpDownCounter<int>(
        "onnxdigits.server.pending", "{request}", "The number of requests that wait for their model.");

    /// <summary>Gets the number of pictures by their status: ok, uncertain, blank or error.</summary>
    public Counter<long> Pictures => field ??= _meter.CreateCounter<long>(
        "onnxdigits.server.pictures", "{picture}", "The number of pictures by the status of their answer.");

    public ModelMetrics Of(string model) => new(this, model);
}

/// <summary>Records the measurements of one model.</summary>
internal sealed class ModelMetrics(ServerMetrics metrics, string model)
{
    private readonly KeyValuePair<string, object?> _tag = new("model", model);

    public void AddPending(int count) => metrics.Pending.Add(count, _tag);

    public void RecordWait(long start) => metrics.Waits.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, _tag);

    public void RecordBatch(int rows) => metrics.Batches.Record(rows, _tag);
}
