using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.CommandBench;

/// <summary>The command on a folder beside decoding alone and the network alone, in turns, on the same threads.</summary>
internal static class Throughput
{
    private const int Batch = 64;

    public static void Write(string folder, int rounds)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Console.WriteLine($"{files.Length} PNG files, {Environment.ProcessorCount} threads, images/s, {rounds} rounds in turns\n");
        Console.WriteLine("| decoding alone | network alone | both on the same threads | the slower on half of them | infer | of the slower | of the slower on half | of both |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        using var classifier = new DigitClassifier();
        byte[] images = new byte[files.Length * DigitClassifier.ImageLength];
        int all = Environment.ProcessorCount, half = Math.Max(1, all / 2);
        Decode(files, images, all);
        var ratios = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            double decode = Rate(files.Length, () => Decode(files, images, all));
            double network = Rate(files.Length, () => Predict(classifier, images, all));
            // What a pipeline of two stages that shared the threads evenly would be held up by.
            double stage = Math.Min(
                Rate(files.Length, () => Decode(files, images, half)), Rate(files.Length, () => Predict(classifier, images, half)));
            // Each alone has all threads; together they share them, and no program can be faster than this.
            double both = 1 / (1 / decode + 1 / network);
            double whole = files.Length / Infer.Run(null, folder, "-q", "-f", "csv").Seconds;
            ratios.Add(whole / both);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {decode:0} | {network:0} | {both:0} | {stage:0} | {whole:0} | {whole / Math.Min(decode, network):0.00} | {whole / stage:0.00} | {ratios[^1]:0.00} |"));
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\nmedian of infer to both: {ratios.Order().ElementAt(rounds / 2):0.00}, its start included"));
    }

    private static double Rate(int count, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return count / watch.Elapsed.TotalSeconds;
    }

    private static void Decode(string[] files, byte[] images, int threads) => Parallel.For(0, files.Length, On(threads), n =>
        ImageFile.Decode(files[n]).Raster.Pixels.CopyTo(images.AsSpan(n * DigitClassifier.ImageLength)));

    private static void Predict(DigitClassifier classifier, byte[] images, int threads) => Parallel.For(
        0, images.Length / DigitClassifier.ImageLength / Batch, On(threads), batch =>
        {
            Span<float> scores = stackalloc float[10 * Batch];
            classifier.Predict(images.AsSpan(batch * Batch * DigitClassifier.ImageLength, Batch * DigitClassifier.ImageLength), scores);
        });

    private static ParallelOptions On(int threads) => new() { MaxDegreeOfParallelism = threads };
}
