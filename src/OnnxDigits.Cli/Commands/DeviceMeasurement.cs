using System.Diagnostics;
using System.Text.Json.Nodes;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Images per second of the network alone, for each device and size of batch.</summary>
internal static class DeviceMeasurement
{
    private const int ImagesOfAWorker = 64;

    private static readonly int[] Batches = [1, 16, 256, 4096];
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(5);

    /// <summary>Adds the figures, which device is better for what, and what auto takes.</summary>
    public static void AddTo(JsonObject facts, IEnumerable<DigitDevice> devices, DigitClassifierOptions options)
    {
        var measured = new List<(string Device, List<double> Rates)>();
        foreach (var device in devices)
        {
            options.Device = device.Name;
            using var classifier = new DigitClassifier(options);
            measured.Add((device.Name, Measure(classifier)));
            // A batch that would take too long is null: the reader of JSON finds every name.
            foreach (var (i, batch) in Batches.Index())
                facts[$"{device.Name}_images_per_second_by_{batch}"] =
                    measured[^1].Rates.ElementAtOrDefault(i) is > 0 and var rate ? Math.Round(rate) : null;
        }
        facts["better_for_a_single_image"] = measured.MaxBy(device => device.Rates[0]).Device;
        facts["better_for_a_folder"] = measured.MaxBy(device => device.Rates.Max()).Device;
        options.Device = DigitDevices.Auto;
        using var auto = new DigitClassifier(options);
        facts["auto_takes"] = $"{auto.Info.Device} ({DeviceFacts.Of(auto.Info)})";
    }

    private static List<double> Measure(DigitClassifier classifier)
    {
        var rates = new List<double>();
        foreach (int batch in Batches)
        {
            if (rates.Count > 0 && batch / rates[^1] > TooLong.TotalSeconds)
                break;
            rates.Add(Measure(classifier, batch));
        }
        return rates;
    }

    private static double Measure(DigitClassifier classifier, int batch)
    {
        byte[] images = new byte[batch * DigitClassifier.ImageLength];
        var predictions = new DigitPrediction[batch];
        // As a folder is read: the CPU's cores share it out, a device takes it whole.
        int workers = classifier.Info.Device == "cpu" ? Math.Clamp(batch / ImagesOfAWorker, 1, Environment.ProcessorCount) : 1;
        int share = (batch + workers - 1) / workers;
        void Run() => Workers.ForEach(workers, new ParallelOptions(), worker =>
        {
            int start = worker * share, count = Math.Min(share, batch - start);
            classifier.ClassifyPrepared(
                images.AsSpan(start * DigitClassifier.ImageLength, count * DigitClassifier.ImageLength),
                predictions.AsSpan(start, count));
        });

        // The first run of a size sets things up, and on a GPU compiles.
        Run();
        var best = TimeSpan.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        do
        {
            long start = Stopwatch.GetTimestamp();
            Run();
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best)
                best = took;
        }
        while (Stopwatch.GetElapsedTime(begin) < Enough);
        return batch / best.TotalSeconds;
    }
}
