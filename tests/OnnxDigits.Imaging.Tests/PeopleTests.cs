using OnnxDigits.Inference;

namespace OnnxDigits.Imaging.Tests;

/// <summary>
/// Reads pictures by people whose handwriting no network was trained on, if environment variables name their folders.
/// </summary>
public sealed class PeopleTests : IDisposable
{
    private readonly DigitClassifier _classifier = new(new() { Device = DigitDevices.Cpu });

    public void Dispose() => _classifier.Dispose();

    [Theory]
    [InlineData("ONNXDIGITS_PHOTOS", "", 0.98, 0.02)]
    [InlineData("ONNXDIGITS_PEOPLE", "sets", 0.97, 0.025)]
    [InlineData("ONNXDIGITS_PEOPLE", "tablet", 0.985, 0.015)]
    [InlineData("ONNXDIGITS_PEOPLE", "pencil", 0.95, 0.04)]
    [InlineData("ONNXDIGITS_PEOPLE", "bmp28", 0.96, 0.04)]
    public void ClassifyFile_DigitsOfOtherPeople_AreReadOrUncertain(
        string variable, string set, double minRight, double maxWrong)
    {
        (DigitPrediction Prediction, string Label)[] read =
        [
            .. Files(variable, set).AsParallel()
                .Select(file => (_classifier.ClassifyFile(file), Path.GetFileName(Path.GetDirectoryName(file)!))),
        ];
        if (read.Length == 0) return;
        double right = read.Average(item => IsRight(item) ? 1.0 : 0);
        double wrong = read.Average(item =>
            item.Prediction.Status == PredictionStatus.Ok && !IsRight(item) ? 1.0 : 0);
        Assert.InRange(right, minRight, 1);
        Assert.InRange(wrong, 0, maxWrong);

        static bool IsRight((DigitPrediction Prediction, string Label) item) => $"{item.Prediction.Digit}" == item.Label;
    }

    [Fact]
    public void ClassifyFile_LettersOfOtherPeople_AreMostlyUncertain()
    {
        // Letters that look like digits are left out.
        PredictionStatus[] read =
        [
            .. Files("ONNXDIGITS_PEOPLE", "letters")
                .Where(file => !LooksLikeADigit(Path.GetFileName(Path.GetDirectoryName(file)!)))
                .AsParallel().Select(file => _classifier.ClassifyFile(file).Status),
        ];
        if (read.Length > 0) Assert.InRange(read.Average(status => status == PredictionStatus.Ok ? 1.0 : 0), 0, 0.1);

        // Folders have names such as b-lower and B-upper.
        static bool LooksLikeADigit(string folder) =>
            "oOlIisSzZbqgBD".Contains(folder.EndsWith("-upper") ? char.ToUpper(folder[0]) : char.ToLower(folder[0]));
    }

    private static IEnumerable<string> Files(string variable, string set) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder
            ? Directory.EnumerateFiles(Path.Combine(folder, set), "*", SearchOption.AllDirectories)
                .Where(file => ImageFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            : [];
}
