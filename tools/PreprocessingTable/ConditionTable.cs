using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Accuracy on the test images under each condition, through image files as a user's come.</summary>
internal static class ConditionTable
{
    public static void Write(DigitDataSet set, int count, string? only, TextWriter output)
    {
        var images = set.Test.Slice(0, Math.Min(count, set.Test.Count));
        using var best = new DigitClassifier(new DigitClassifierOptions { Model = EmbeddedModel.Best });
        using var conv = new DigitClassifier();
        using var dense = new DigitClassifier(new DigitClassifierOptions { Model = EmbeddedModel.Dense });
        DigitClassifier[] networks = [conv, dense, best];
        int[]? clean = null;
        output.WriteLine($"{images.Count} test images of {set.Name}, SHA-256 of the set {set.Sha256[..16]}…\n");
        output.WriteLine("| condition | conv | of clean | dense | of clean | best | of clean | blank |\n|---|---|---|---|---|---|---|---|");
        // The first one, the images as they are, is what the others are held against.
        foreach (var condition in Condition.All.Where((condition, index) =>
            index == 0 || only is null || condition.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var (right, blank) = Count(condition, images, networks);
            clean ??= right;
            var cells = right.Zip(clean, (now, then) => string.Create(
                CultureInfo.InvariantCulture, $"{(double)now / images.Count:0.0000} | {(double)now / then:0.000}"));
            output.WriteLine($"| {condition.Name} | {string.Join(" | ", cells)} | {blank} |");
        }
    }

    private static (int[] Right, int Blank) Count(Condition condition, DigitImages images, DigitClassifier[] networks)
    {
        int[] right = new int[networks.Length];
        int blank = 0;
        Parallel.For(0, images.Count, n =>
        {
            // A seed for each image: neither threads nor the conditions before matter.
            byte[] file = condition.Render(images.Image(n).ToArray(), new Random(n));
            byte[] seen = new byte[DigitPreprocessing.OutputLength];
            if (DigitPreprocessing.Apply(ImageFile.Decode(file).Raster, seen).IsBlank)
            {
                Interlocked.Increment(ref blank);
                return;
            }
            for (int i = 0; i < networks.Length; i++)
            {
                if (Read(networks[i], seen) == images.Label(n))
                    Interlocked.Increment(ref right[i]);
            }
        });
        return (right, blank);
    }

    private static int? Read(DigitClassifier classifier, byte[] seen)
    {
        Span<float> scores = stackalloc float[10];
        classifier.Predict(seen, scores);
        return DigitPrediction.FromScores(scores, confidenceThreshold: 0).Digit;
    }
}
