using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Accuracy on the test images under each condition, through image files as a user's come.</summary>
internal static class ConditionTable
{
    /// <param name="set">Whose test images.</param>
    /// <param name="count">The first so many.</param>
    /// <param name="conditions">The first one is what the others are held against.</param>
    /// <param name="models">Model files beside the embedded ones.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Write(
        DigitDataSet set, int count, IReadOnlyList<Condition> conditions, IReadOnlyList<string> models, TextWriter output)
    {
        var images = set.Test.Slice(0, Math.Min(count, set.Test.Count));
        (string Name, DigitClassifier Classifier)[] networks =
        [
            .. ((EmbeddedModel[])[EmbeddedModel.Conv, EmbeddedModel.Dense, EmbeddedModel.Best])
                .Select(model => (model.ToString().ToLowerInvariant(), new DigitClassifier(new DigitClassifierOptions { Model = model }))),
            .. models.Select(file => (file, DigitClassifier.Load(file))),
        ];
        int[]? clean = null;
        output.WriteLine($"{images.Count} test images of {set.Name}, SHA-256 of the set {set.Sha256[..16]}…\n");
        output.WriteLine($"| condition | {string.Join(" | ", networks.Select(network => $"{network.Name} | of clean"))} | blank |");
        output.WriteLine($"|---|{string.Concat(networks.Select(_ => "---|---|"))}---|");
        foreach (var condition in conditions)
        {
            var (right, blank) = Count(condition, images, [.. networks.Select(network => network.Classifier)]);
            clean ??= right;
            var cells = right.Zip(clean, (now, then) => string.Create(
                CultureInfo.InvariantCulture, $"{(double)now / images.Count:0.0000} | {(double)now / then:0.000}"));
            output.WriteLine($"| {condition.Name} | {string.Join(" | ", cells)} | {blank} |");
        }
        foreach (var network in networks)
            network.Classifier.Dispose();
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
