using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Pictures;

public class PictureTests
{
    private const int PixelsPerUnit = Drawing.Scale * Drawing.Scale;

    private static readonly DigitImages Blank = new(new byte[DigitImages.PixelsPerImage], new byte[] { 3 });

    public static TheoryData<bool> Palettes { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Palettes))]
    public void LearningCurves_OneRun_HasALineWithoutALegend(bool dark)
    {
        Palette palette = dark ? Palette.Dark : Palette.Light;
        byte[] png = LearningCurves.Draw("title", [("dense", Epochs(3))], palette);
        Png.AssertDrawn(png, palette);
        Assert.InRange(Png.Count(png, palette.Series[0]), 1_000, 40_000);
        Assert.Equal(0, Png.Count(png, palette.Series[1]));
    }

    [Fact]
    public void LearningCurves_HeldOutImages_AddALineAndALegend()
    {
        EpochMetrics[] heldOut =
            [.. Epochs(3).Select(epoch => epoch with { ValidationLoss = 1, ValidationAccuracy = 0.8 })];
        byte[] without = LearningCurves.Draw("title", [("dense", Epochs(3))], Palette.Light);
        byte[] with = LearningCurves.Draw("title", [("dense", heldOut)], Palette.Light);
        Assert.True(Png.Count(with, Palette.Light.Series[0]) > Png.Count(without, Palette.Light.Series[0]) + 1_000);
        Assert.True(Png.Count(with, Palette.Light.Ink) > Png.Count(without, Palette.Light.Ink) + 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void LearningCurves_AnyNumberOfEpochs_AreDrawn(int epochs) =>
        Png.AssertDrawn(LearningCurves.Draw("title", [("conv", Epochs(epochs))], Palette.Dark), Palette.Dark);

    [Fact]
    public void LearningCurves_ManyRuns_GetATallerLegend()
    {
        (string, IReadOnlyList<EpochMetrics>)[] runs =
            [.. Enumerable.Range(1, 12).Select(seed => ($"conv, seed {seed}: test 0.9900", Epochs(3)))];
        using SKBitmap many = SKBitmap.Decode(LearningCurves.Draw("title", runs, Palette.Light));
        using SKBitmap two = SKBitmap.Decode(LearningCurves.Draw("title", runs[..2], Palette.Light));
        Assert.True(many.Height > two.Height);
    }

    [Fact]
    public void ConfusionPicture_OneMistakeInAThousand_IsVisible()
    {
        var matrix = new ConfusionMatrix();
        for (int i = 0; i < 10_000; i++) matrix.Add(i % 10, i % 10);
        byte[] before = ConfusionPicture.Draw("title", matrix, Palette.Light);
        matrix.Add(4, 9);
        byte[] after = ConfusionPicture.Draw("title", matrix, Palette.Light);
        Png.AssertDrawn(after, Palette.Light);
        ScottPlot.Color strongest = Palette.Light.OnPaper(Palette.Light.Wrong, 0.9);
        Assert.Equal(0, Png.Count(before, strongest));
        Assert.InRange(Png.Count(after, strongest), 3_000 * PixelsPerUnit, 4_500 * PixelsPerUnit);
    }

    [Fact]
    public void ConfusionPicture_EmptyMatrix_IsDrawn() =>
        Png.AssertDrawn(ConfusionPicture.Draw("title", new ConfusionMatrix(), Palette.Dark), Palette.Dark);

    [Fact]
    public void MistakesPicture_OnePixel_IsASquareOfInk()
    {
        byte[] pixels = new byte[DigitImages.PixelsPerImage];
        pixels[0] = 255;
        var images = new DigitImages(pixels, new byte[] { 3 });
        byte[] png = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], images, [], Palette.Light);
        byte[] blank = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [], Palette.Light);
        int difference = Png.Count(png, Palette.Light.Ink) - Png.Count(blank, Palette.Light.Ink);
        Assert.Equal(4 * 4 * PixelsPerUnit, difference);
    }

    [Fact]
    public void MistakesPicture_DisputedLabel_HasAFrame()
    {
        byte[] plain = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [1], Palette.Light);
        byte[] framed = MistakesPicture.Draw("", [new Mistake(0, 3, 5, 0.75f)], Blank, [0], Palette.Light);
        Assert.Equal(0, Png.Count(plain, Palette.Light.Right));
        Assert.Equal(((120 * 120) - (112 * 112)) * PixelsPerUnit, Png.Count(framed, Palette.Light.Right));
    }

    [Fact]
    public void MistakesPicture_NoMistakes_HasACaption()
    {
        using SKBitmap picture = SKBitmap.Decode(MistakesPicture.Draw("", [], Blank, [], Palette.Light));
        Assert.True(picture.Pixels.Distinct().Count() > 5);
    }

    [Fact]
    public void Draw_AnyPicture_LeavesTorchsRandomNumbersAlone()
    {
        random.manual_seed(5);
        float expected = rand(1).item<float>();
        random.manual_seed(5);
        _ = LearningCurves.Draw("title", [("dense", Epochs(3))], Palette.Light);
        _ = ConfusionPicture.Draw("title", new ConfusionMatrix(), Palette.Light);
        Assert.Equal(expected, rand(1).item<float>());
    }

    private static IReadOnlyList<EpochMetrics> Epochs(int count) =>
        [
            .. Enumerable.Range(1, count)
                .Select(epoch => new EpochMetrics(epoch, 1.0 / epoch, 1 - (0.2 / epoch), null, null, 3)),
        ];
}
