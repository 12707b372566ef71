using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Pictures;

public class PictureTests
{
    private static readonly EpochMetrics[] Epochs =
        [new(1, 0.5, 0.8, 0.4, 0.85, 3), new(2, 0.3, 0.9, 0.35, 0.88, 3), new(3, 0.2, 0.95, 0.37, 0.87, 3)];

    private static readonly DigitImages Blank = new(new byte[DigitImages.PixelsPerImage], new byte[] { 3 });

    public static TheoryData<bool> Palettes { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void LearningCurves_OneRun_HaveBothLines(bool dark)
    {
        Palette palette = dark ? Palette.Dark : Palette.Light;
        byte[] png = LearningCurves.Draw("title", [new RunCurve("dense", Epochs)], palette);
        Png.AssertDrawn(png, palette);
        Assert.InRange(Png.Count(png, palette.Series[0]), 200, 20_000);
        Assert.InRange(Png.Count(png, palette.Series[1]), 200, 20_000);
    }

    [Fact]
    public void LearningCurves_NoImagesHeldOut_ShowTrainingAlone()
    {
        EpochMetrics[] training =
            [.. Epochs.Select(epoch => epoch with { ValidationLoss = double.NaN, ValidationAccuracy = double.NaN })];
        byte[] png = LearningCurves.Draw("title", [new RunCurve("best", training)], Palette.Light);
        Png.AssertDrawn(png, Palette.Light);
        Assert.InRange(Png.Count(png, Palette.Light.Series[0]), 200, 20_000);
        Assert.Equal(0, Png.Count(png, Palette.Light.Series[1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void LearningCurves_AnyNumberOfEpochs_AreDrawn(int epochs)
    {
        EpochMetrics[] metrics =
            [.. Enumerable.Range(1, epochs).Select(epoch => new EpochMetrics(epoch, 1.0 / epoch, 0.9, 1, 1, 1))];
        byte[] png = LearningCurves.Draw("title", [new RunCurve("conv", metrics)], Palette.Dark);
        Png.AssertDrawn(png, Palette.Dark);
    }

    [Fact]
    public void LearningCurves_ManyRuns_HaveALegendThatGrows()
    {
        RunCurve[] runs =
            [.. Enumerable.Range(1, 12).Select(seed => new RunCurve($"conv, seed {seed}: test 0.9900", Epochs))];
        using SKBitmap many = SKBitmap.Decode(LearningCurves.Draw("title", runs, Palette.Light));
        using SKBitmap two = SKBitmap.Decode(LearningCurves.Draw("title", runs[..2], Palette.Light));
        Assert.True(many.Height > two.Height);
    }

    [Fact]
    public void ConfusionPicture_OneMistakeInAThousand_IsSeen()
    {
        var right = new ConfusionMatrix();
        for (int i = 0; i < 10_000; i++) right.Add(i % 10, i % 10);
        byte[] before = ConfusionPicture.Draw("title", right, Palette.Light);
        right.Add(4, 9);
        byte[] after = ConfusionPicture.Draw("title", right, Palette.Light);
        Png.AssertDrawn(after, Palette.Light);
        ScottPlot.Color strongest = Palette.Light.OnPaper(Palette.Light.Wrong, 0.9);
        Assert.Equal(0, Png.Count(before, strongest));
        Assert.InRange(Png.Count(after, strongest), 2_000, 6_000);
    }

    [Fact]
    public void ConfusionPicture_ADigitThatIsNotThere_HasADash() =>
        Png.AssertDrawn(ConfusionPicture.Draw("title", new ConfusionMatrix(), Palette.Dark), Palette.Dark);

    [Fact]
    public void MistakesPicture_APixel_IsASquareOfItsColour()
    {
        byte[] pixels = new byte[DigitImages.PixelsPerImage];
        pixels[0] = 255;
        var images = new DigitImages(pixels, new byte[] { 3 });
        byte[] png = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], images, [], Palette.Light);
        byte[] blank = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [], Palette.Light);
        Assert.Equal(16, Png.Count(png, Palette.Light.Ink) - Png.Count(blank, Palette.Light.Ink));
    }

    [Fact]
    public void MistakesPicture_ADisputedLabel_HasAFrame()
    {
        byte[] plain = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [1], Palette.Light);
        byte[] framed = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [0], Palette.Light);
        Assert.Equal(0, Png.Count(plain, Palette.Light.Right));
        Assert.Equal((120 * 120) - (112 * 112), Png.Count(framed, Palette.Light.Right));
    }

    [Fact]
    public void MistakesPicture_NoMistakes_SaysSo()
    {
        using SKBitmap none = SKBitmap.Decode(MistakesPicture.Draw("", [], Blank, [], Palette.Light));
        Assert.True(none.Pixels.Distinct().Count() > 5);
    }

    [Fact]
    public void Draw_LeavesTorchsRandomNumbersAlone()
    {
        random.manual_seed(5);
        float expected = rand(1).item<float>();
        random.manual_seed(5);
        _ = LearningCurves.Draw("title", [new RunCurve("dense", Epochs)], Palette.Light);
        _ = ConfusionPicture.Draw("title", new ConfusionMatrix(), Palette.Light);
        Assert.Equal(expected, rand(1).item<float>());
    }
}
