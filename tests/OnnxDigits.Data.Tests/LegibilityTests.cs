using OnnxDigits.Data.Drawing;
using OnnxDigits.Inference;

namespace OnnxDigits.Data.Tests;

/// <summary>Checks that a network trained on MNIST reads generated digits.</summary>
public sealed class LegibilityTests : IDisposable
{
    private const int PerStyle = 200;

    private readonly DigitClassifier _classifier = new(new() { Model = EmbeddedModel.Conv, Device = DigitDevices.Cpu });

    public static TheoryData<int> AllDigits => [.. Enumerable.Range(0, DigitImages.Classes)];

    public void Dispose() => _classifier.Dispose();

    [Fact]
    public void Draw_Sample_IsReadByTheClassifier() =>
        Assert.InRange(ShareRead(DigitGenerator.Draw(seed: 7, count: 5_000)), 0.97, 1);

    [Fact]
    public void DrawRareAndNonDigits_OfAnotherSeed_AreReadOrUncertain()
    {
        using var best = new DigitClassifier(new() { Device = DigitDevices.Cpu });
        DigitImages rare = DigitGenerator.DrawRare(seed: 7, count: 2_000);
        Assert.InRange(ShareRead(rare, best), 0.95, 1);
        var predictions = new DigitPrediction[2_000];
        best.ClassifyPrepared(DigitGenerator.DrawNonDigits(seed: 7, count: 2_000).Span, predictions);
        Assert.InRange(predictions.Count(prediction => prediction.Status == PredictionStatus.Ok), 0, 100);
    }

    [Theory]
    [MemberData(nameof(AllDigits))]
    public void Paint_EveryStyle_IsReadByTheClassifier(int digit)
    {
        for (int style = 0; style < Glyphs.All[digit].Length; style++)
        {
            double read = ShareRead(DrawStyle(digit, Glyphs.All[digit][style]));
            Assert.True(read >= 0.7, $"Style {style} of {digit}: only {read:P1} are read.");
        }
    }

    private static DigitImages DrawStyle(int digit, Glyph style)
    {
        var pixels = new byte[PerStyle * DigitImages.PixelsPerImage];
        var labels = new byte[PerStyle];
        labels.AsSpan().Fill((byte)digit);
        for (int i = 0; i < PerStyle; i++)
        {
            var random = new SplitMix64(7, i);
            Span<byte> image = pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            DigitPainter.Paint(digit, style, thickness: 1, ref random, image);
        }
        return new DigitImages(pixels, labels);
    }

    private double ShareRead(DigitImages images) => ShareRead(images, _classifier);

    private static double ShareRead(DigitImages images, DigitClassifier classifier)
    {
        var predictions = new DigitPrediction[images.Count];
        classifier.ClassifyPrepared(images.Pixels.Span, predictions);
        return predictions.Index().Average(read => read.Item.Digit == images.Label(read.Index) ? 1.0 : 0.0);
    }
}
