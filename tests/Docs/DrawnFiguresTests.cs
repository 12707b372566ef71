using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Tools.DigitFiles;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Tools.Figures;

namespace Docs;

/// <summary>The figures of drawn digits are those of the digits that are drawn now.</summary>
public sealed class DrawnFiguresTests
{
    [Fact]
    public void Ink_OfDrawnDigits_IsAsRecorded()
    {
        InkMeasures recorded = FigureFile.Read<InkComparison>(Repository.PathOf("docs/figures/drawn-ink.json")).Drawn;
        var now = InkMeasures.Of(DigitGenerator.Draw(1, recorded.Count), _ => true);
        Assert.Equal(recorded.Count, now.Count);
        Assert.Equal((recorded.Ink, recorded.Pen, recorded.Slant), (now.Ink, now.Pen, now.Slant));
        Assert.Equal(recorded.Levels, now.Levels);
    }

    [Fact]
    public void Accuracy_OfTheShippedNetworkOnDrawnDigits_IsAsRecorded()
    {
        var recorded = FigureFile.Read<EvaluationFigure>(Repository.PathOf("docs/figures/mnist-to-drawn.json"));
        DigitImages test = DigitDataSource.Open(new() { Data = DigitDataSet.Generated, GeneratedTrainCount = 1 }).Test;
        using var classifier = DigitClassifier.Load(Repository.PathOf("artifacts/models/conv.onnx"), new() { Device = "cpu" });
        float[] probabilities = new float[test.Count * 10];
        classifier.Predict(test.Pixels.Span, probabilities);
        int right = Enumerable.Range(0, test.Count).Count(i =>
            DigitPrediction.FromScores(probabilities.AsSpan(10 * i, 10), 0).Digit == test.Label(i));
        Assert.Equal(recorded.Images, test.Count);
        // An image between two digits may fall otherwise on another processor.
        Assert.InRange(right, recorded.Accuracy * test.Count - 1, recorded.Accuracy * test.Count + 1);
    }
}
