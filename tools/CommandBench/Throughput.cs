using System.Diagnostics;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The command on a folder beside decoding alone and the network alone, in turns, on the same threads.</summary>
internal static class Throughput
{
    private const int Batch = 64;

    public static ThroughputFigures Write(string folder, int rounds)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw new ArgumentException($"'{folder}' has no PNG files.");
        using var classifier = new DigitClassifier();
        byte[] images = new byte[files.Length * DigitClassifier.ImageLength];
        Decode(files, images);
        var turns = new List<ThroughputRound>();
        for (int round = 0; round < rounds; round++)
        {
            turns.Add(new(
                Rate(files.Length, () => Decode(files, images)), Rate(files.Length, () => Predict(classifier, images)),
                files.Length / Infer.Run(null, folder, "-q", "-f", "csv").Seconds));
        }
        Console.WriteLine($"{files.Length} PNG files, {Environment.ProcessorCount} threads, images/s, {rounds} rounds in turns\n");
        Console.Write(MarkdownTable.Format(
            ["decoding alone", "network alone", "both on the same threads", "infer", "infer to both", "infer to the slower"],
            turns.Select(turn => (IReadOnlyList<string>)
            [
                turn.Decoding.Text("0"), turn.Running.Text("0"), turn.Both.Text("0"), turn.Infer.Text("0"), turn.OfBoth.Text("0.00"), turn.OfSlower.Text("0.00"),
            ])));
        return ThroughputFigures.Of(files.Length, classifier.Info.Network, classifier.Info.Sha256, turns);
    }

    private static double Rate(int count, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return count / watch.Elapsed.TotalSeconds;
    }

    private static void Decode(string[] files, byte[] images) => Parallel.For(0, files.Length, n =>
        ImageFile.Decode(files[n]).Raster.Pixels.CopyTo(images.AsSpan(n * DigitClassifier.ImageLength)));

    private static void Predict(DigitClassifier classifier, byte[] images) => Parallel.For(
        0, images.Length / DigitClassifier.ImageLength / Batch, batch =>
        {
            Span<float> scores = stackalloc float[10 * Batch];
            classifier.Predict(images.AsSpan(batch * Batch * DigitClassifier.ImageLength, Batch * DigitClassifier.ImageLength), scores);
        });
}
