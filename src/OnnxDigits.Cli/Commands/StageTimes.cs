using System.Diagnostics;
using System.Globalization;

namespace OnnxDigits.Cli.Commands;

/// <summary>Where the time of a run went, summed over its workers.</summary>
internal sealed class StageTimes
{
    private long _decode;
    private long _prepare;
    private long _run;

    public void AddDecode(long start) => Add(ref _decode, start);

    public void AddPrepare(long start) => Add(ref _prepare, start);

    public void AddRun(long start) => Add(ref _run, start);

    /// <summary>The sums, and what a second of the whole run read.</summary>
    public void Write(TextWriter writer, int images, TimeSpan whole) => writer.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"decoding {Seconds(_decode):0.00} s, preprocessing {Seconds(_prepare):0.00} s, network {Seconds(_run):0.00} s, summed "
        + $"over the threads; {whole.TotalSeconds:0.00} s in all, {images / whole.TotalSeconds:0} images/s"));

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private static void Add(ref long total, long start) => Interlocked.Add(ref total, Stopwatch.GetTimestamp() - start);
}
