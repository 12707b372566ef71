using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Everything but the digit on a photograph is left out of the prepared image.</summary>
public sealed class PhotographTests
{
    private const int Width = 640, Height = 480;

    // The mean difference of two prepared images with the same strokes and noise at their edges.
    private const double SameStrokes = 8;

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Apply_InkOfAnyStrength_FindsTheSameStrokes(double strength) =>
        AssertSeven((_, _, page, ink) => page * (1 - strength * ink));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_PrintedLines_LeavesThemOut(bool isSquared) => AssertSeven((x, y, page, ink) =>
        page * (y % 40 < 2 || (isSquared && x % 40 < 2) ? Math.Min(0.7, 1 - 0.9 * ink) : 1 - 0.9 * ink));

    [Theory]
    [InlineData(22)]
    [InlineData(60)]
    [InlineData(110)]
    public void Apply_DeskAlongAnySide_LeavesItOut(double desk)
    {
        AssertSeven((x, _, page, ink) => x < 50 ? desk : page * (1 - 0.9 * ink));
        AssertSeven((x, _, page, ink) => x >= Width - 50 ? desk : page * (1 - 0.9 * ink));
        AssertSeven((_, y, page, ink) => y < 50 ? desk : page * (1 - 0.9 * ink));
        AssertSeven((_, y, page, ink) => y >= Height - 50 ? desk : page * (1 - 0.9 * ink));
    }

    [Fact]
    public void Apply_DeskInACorner_LeavesItOut() =>
        AssertSeven((x, y, page, ink) => x + y < 90 ? 60 : page * (1 - 0.9 * ink));

    [Fact]
    public void Apply_Dust_LeavesItOut() =>
        AssertSeven((x, y, page, ink) => x % 97 < 4 && y % 89 < 4 ? 60 : page * (1 - 0.9 * ink));

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.25)]
    public void Apply_ShowThrough_LeavesItOut(double strength) =>
        // The 7 on the back of the page is mirrored and touches the 7 on the front.
        AssertSeven((x, y, page, ink) => page * (1 - 0.9 * ink) * (1 - strength * Ink(700 - x, y - 20)));

    [Fact]
    public void Apply_EdgeOfAShadow_LeavesItOut() =>
        AssertSeven((x, y, page, ink) =>
            page * (0.5 + 0.5 / (1 + Math.Exp((x + 0.3 * y - 400) / 30))) * (1 - 0.9 * ink));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Apply_LargePageOfGrain_IsBlank(int times)
    {
        // Among so many pixels, some are many standard deviations from the mean.
        byte[] found = Prepare(Width, Height, (x, _, grain) => 120 + 80.0 * x / Width + times * grain, out var result);
        Assert.True(result.IsBlank, Text(found));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Classify_DigitThatSpansThePicture_IsRead(int margin)
    {
        // Cropped to the pixel, the 7 spans the picture and covers a corner, as a desk does.
        (int width, int height) = (61 + 2 * margin, 100 + 2 * margin);
        byte[] page = Page(
            width, height, (x, y, grain) => 210 * (1 - 0.9 * Ink(x + 300 - margin, y + 200 - margin)) + grain);
        using var classifier = new DigitClassifier();
        DigitPrediction prediction = classifier.Classify(new RasterImage(page, width, height, PixelLayout.Gray8));
        Assert.Equal((7, PredictionStatus.Ok), (prediction.Digit, prediction.Status));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(6, 0)]
    [InlineData(6, 0.4)]
    [InlineData(15, 0.4)]
    public void Measure_GrainWithInkAndLight_IsItsStandardDeviation(double deviation, double light)
    {
        var random = new Random(5);
        var page = new GrayImage(Width, Height);
        for (int i = 0; i < page.Values.Length; i++)
        {
            var (y, x) = Math.DivRem(i, Width);
            double lit = 200 * (1 - light * x / Width);
            page.Values[i] = (float)(lit * (1 - 0.9 * Ink(x, y)) + deviation * Normal(random));
        }

        Assert.Equal(deviation, Grain.Measure(page), 0.06 * deviation);
    }

    private static void AssertSeven(Func<int, int, double, double, double> photograph)
    {
        byte[] found = Prepare(
            Width, Height, (x, y, grain) => photograph(x, y, 220, Ink(x, y)) + grain, out var result);
        Assert.Equal((false, true), (result.IsBlank, result.Inverted));
        AssertSame(Clean(), found);
    }

    private static void AssertSame(byte[] expected, byte[] found)
    {
        double difference = expected.Zip(found, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(
            difference < SameStrokes,
            $"Mean difference {difference:0.0}.\nExpected:\n{Text(expected)}\nFound:\n{Text(found)}");
    }

    // The 7 on a page of one value, which is a drawing.
    private static byte[] Clean() => Prepare(Width, Height, (x, y, _) => 255 * (1 - Ink(x, y)), out _);

    // A 7 of 61 × 100 pixels with strokes of 12 pixels and its corner at (300, 200).
    private static double Ink(int x, int y)
    {
        (x, y) = (x - 300, y - 200);
        double middle = 54 - 0.45 * y;
        return y is >= 0 and < 100 && ((y < 12 && x is >= 0 and <= 60) || Math.Abs(x - middle) <= 6) ? 1 : 0;
    }

    private static byte[] Prepare(
        int width, int height, Func<int, int, double, double> pixel, out PreprocessingResult result)
    {
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        byte[] page = Page(width, height, pixel);
        result = DigitPreprocessing.Apply(new RasterImage(page, width, height, PixelLayout.Gray8), output);
        return output;
    }

    private static byte[] Page(int width, int height, Func<int, int, double, double> pixel)
    {
        var random = new Random(11);
        byte[] page = new byte[width * height];
        for (int i = 0; i < page.Length; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            page[i] = (byte)Math.Clamp(Math.Round(pixel(x, y, 4 * Normal(random))), 0, 255);
        }

        return page;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Text(byte[] image) => string.Join(
        '\n', image.Chunk(28).Select(row => string.Concat(row.Select(value => " .:-=+*#%@"[value * 9 / 255]))));
}
