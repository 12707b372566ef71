using System.Globalization;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Accuracy on sets of photographs, behind each step of the pipeline.</summary>
/// <remarks>A set is a folder with folders 0 to 9 in it.</remarks>
internal static class PhotoTable
{
    public static void Write(string folder, TextWriter output)
    {
        DigitClassifier[] networks = [.. Enum.GetValues<EmbeddedModel>().Select(model => new DigitClassifier(new() { Model = model }))];
        DigitClassifier classifier = networks[(int)EmbeddedModel.Conv];
        string[] sets = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        var photos = sets.ToDictionary(set => set, set => Read(set));
        output.WriteLine($"| step | {string.Join(" | ", sets.Select(set => $"{Path.GetFileName(set)} ({photos[set].Count})"))} | all |");
        output.WriteLine($"|---|{string.Concat(sets.Select(_ => "---|"))}---|");
        foreach (var (name, apply) in Steps.All)
        {
            int[] right = [.. sets.Select(set => photos[set].Count(photo => IsRight(classifier, photo, apply)))];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", right)} | {right.Sum()} |"));
        }
        // Held against the door that users go through, so that the steps cannot drift away from it.
        output.WriteLine();
        foreach (var network in networks)
        {
            int[] whole = [.. sets.Select(set => photos[set].Count(photo => network.ClassifyFile(photo.Path).Digit == photo.Label))];
            output.WriteLine($"DigitClassifier, {network.Info.Network}: {string.Join(" + ", whole)} = {whole.Sum()} of {photos.Values.Sum(set => set.Count)}.");
            network.Dispose();
        }
    }

    private static List<(string Path, int Label)> Read(string set) =>
    [
        .. from digit in Enumerable.Range(0, 10)
           let digits = Path.Combine(set, $"{digit}")
           where Directory.Exists(digits)
           from file in Directory.GetFiles(digits).Order(StringComparer.Ordinal)
           select (file, digit),
    ];

    private static bool IsRight(DigitClassifier classifier, (string Path, int Label) photo, Func<Inference.Internals.Preprocessing.GrayImage, byte[]?> apply)
    {
        if (apply(Steps.Gray(ImageFile.Decode(photo.Path).Raster)) is not { } image)
            return false;
        float[] scores = new float[10];
        classifier.Predict(image, scores);
        return DigitPrediction.FromScores(scores, 0).Digit == photo.Label;
    }
}
