using OnnxDigits.Data;
using OnnxDigits.Data.Drawing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Drawn digits must be legible: the network that learned from real ones alone is the reader.</summary>
public sealed class GeneratedDigitsTests
{
    private const int PerStyle = 200;

    public static TheoryData<int> AllDigits => [.. Enumerable.Range(0, DigitImages.Classes)];

    [Fact]
    public void ClassifyPrepared_GeneratedDigits_ReadsNearlyAll() =>
        Assert.InRange(ShareRead(DigitGenerator.Draw(seed: 7, count: 5_000)), 0.97, 1);

    [Theory]
    [MemberData(nameof(AllDigits))]
    public void ClassifyPrepared_EachStyleOfADigit_ReadsMost(int digit)
    {
        for (var style = 0; style < Glyphs.All[digit].Length; style++)
        {
            var read = ShareRead(DrawStyle(digit, Glyphs.All[digit][style]));
            Assert.True(read >= 0.7, $"style {style} of {digit}: only {read:P1} are read");
        }
    }

    private static DigitImages DrawStyle(int digit, Glyph style)
    {
        var pixels = new byte[PerStyle * DigitImages.PixelsPerImage];
        var labels = new byte[PerStyle];
        labels.AsSpan().Fill((byte)digit);
        for (var i = 0; i < PerStyle; i++)
        {
            var random = new SplitMix64(7, i);
            DigitPainter.Paint(digit, style, ref random, pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage));
        }

        return new DigitImages(pixels, labels);
    }

    private static double ShareRead(DigitImages images)
    {
        using var classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv });
        float[] scores = classifier.Scores(images.Pixels.Span);
        var matrix = new ConfusionMatrix();
        for (var i = 0; i < images.Count; i++)
        {
            var row = scores.AsSpan(i * DigitImages.Classes, DigitImages.Classes);
            matrix.Add(images.Label(i), row.IndexOf(row.ToArray().Max()));
        }

        return matrix.Accuracy;
    }
}
