using System.Diagnostics;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Measures how many images per second the network classifies on each device.</summary>
internal static class DeviceMeasurement
{
    private const int ImagesPerWorker = 64;

    private static readonly int[] Batches = [1, 16, 256, 4096];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds the throughput of each device, the fastest devices, and the device that <c>auto</c> selects.
    /// </summary>
    public static void AddTo(
        JsonObject facts, IEnumerable<DigitDevice> devices, DigitClassifierOptions options,
        CancellationToken cancellationToken)
    {
        var measured = new List<(string Device, List<double> Rates)>();
        foreach (var device in devices)
        {
            options.Device = device.Name;
            using var classifier = new DigitClassifier(options);
            var rates = Measure(classifier, cancellationToken);
            measured.Add((device.Name, rates));
            // The value of a batch that would take too long is null, so that every name is present.
            foreach (var (i, batch) in Batches.Index())
            {
                facts[$"{device.Name}_images_per_second_by_{batch}"] = i < rates.Count ? Math.Round(rates[i]) : null;
            }
        }
        facts["better_for_a_single_image"] = measured.MaxBy(device => device.Rates[0]).Device;
        facts["better_for_a_folder"] = measured.MaxBy(device => device.Rates.Max()).Device;
        options.Device = DigitDevices.Auto;
        using var auto = new DigitClassifier(options);
        facts["auto_takes"] = $"{auto.Info.Device} ({Facts.Device(auto.Info)})";
    }

    private static List<double> Measure(DigitClassifier classifier, CancellationToken cancellationToken)
    {
        var rates = new List<double>();
        foreach (int batch in Batches)
        {
            if (rates.Count > 0 && batch / rates[^1] > LongestRun.TotalSeconds) break;
            rates.Add(Measure(classifier, batch, cancellationToken));
        }
        return rates;
    }

    private static double Measure(DigitClassifier classifier, int batch, CancellationToken cancellationToken)
    {
        byte[] images = new byte[batch * DigitClassifier.ImageLength];
        var predictions = new DigitPrediction[batch];
        // As in a run over a folder, CPU cores share a batch, and other devices take it whole.
        int workers = classifier.Info.Device == DigitDevices.Cpu
            ? Math.Clamp(batch / ImagesPerWorker, 1, Environment.ProcessorCount)
            : 1;
        int share = (batch + workers - 1) / workers;
        void Run() => Parallel.For(0, workers, worker =>
        {
            int start = worker * share, count = Math.Min(share, batch - start);
            classifier.ClassifyPrepared(
                images.AsSpan(start * DigitClassifier.ImageLength, count * DigitClassifier.ImageLength),
                predictions.AsSpan(start, count));
        });

        // The first run of a batch size allocates memory and compiles GPU kernels.
        Run();
        var best = TimeSpan.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            Run();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < best) best = elapsed;
        }
        while (Stopwatch.GetElapsedTime(begin) < Duration);
        return batch / best.TotalSeconds;
    }
}
