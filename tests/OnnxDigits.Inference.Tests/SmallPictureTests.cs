using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

/// <summary>Pictures that the digit fills, and empty pages of the same sizes.</summary>
public sealed class SmallPictureTests
{
    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 5, count: 50);

    [Theory]
    [InlineData(16, 0.15)]
    [InlineData(16, 0.5)]
    [InlineData(20, 0.5)]
    [InlineData(40, 0.2)]
    [InlineData(40, 0.9)]
    [InlineData(60, 0.2)]
    [InlineData(90, 0.2)]
    [InlineData(90, 0.9)]
    public void Classify_BlurredTightCrop_ReadsIt(int height, double contrast) => AssertRead(
        height, PixelLayout.Gray8, (ink, random) => [Tone(190 - (150 * contrast * ink) + random.Next(-1, 2))]);

    [Theory]
    [InlineData(16, 0.3, 1)]
    [InlineData(16, 0.2, 1)]
    [InlineData(32, 0.5, 1)]
    [InlineData(32, 0.5, 2)]
    [InlineData(64, 0.3, 1.5)]
    [InlineData(64, 0.5, 2)]
    [InlineData(90, 0.9, 2)]
    public void Classify_CropAtTheInk_ReadsIt(int height, double contrast, double thickness) => AssertRead(
        height, PixelLayout.Gray8,
        (ink, random) => [Tone(220 - (200 * contrast * Math.Min(1, thickness * ink)) + random.Next(-1, 2))], margin: 0);

    [Theory]
    [InlineData(24)]
    [InlineData(60)]
    [InlineData(90)]
    public void Classify_ThickBlueInkOnGrey_ReadsIt(int height)
    {
        AssertRead(height, PixelLayout.Rgb24, BlueOnGrey);

        static byte[] BlueOnGrey(double ink, Random random)
        {
            double blue = Math.Min(1, 1.4 * ink), grain = random.Next(-2, 3);
            return [Tone(150 - (100 * blue) + grain), Tone(150 - (90 * blue) + grain), Tone(155 + (30 * blue) + grain)];
        }
    }

    private static void AssertRead(
        int height, PixelLayout layout, Func<double, Random, byte[]> color, double margin = 0.1)
    {
        using var classifier = new DigitClassifier();
        int right = 0;
        for (int i = 0; i < Digits.Count; i++)
        {
            var random = new Random(i);
            (double[] crop, int width) = Crop(Digits.Image(i).ToArray(), height, margin);
            byte[] page = [.. crop.SelectMany(ink => color(ink, random))];
            DigitPrediction found = classifier.Classify(new RasterImage(page, width, height, layout));

            Assert.NotEqual(PredictionStatus.Blank, found.Status);
            right += found.Digit == Digits.Label(i) ? 1 : 0;
        }
        Assert.InRange(right, Digits.Count * 9 / 10, Digits.Count);
    }

    private static byte Tone(double value) => (byte)Math.Round(value);

    [Theory]
    [InlineData(16)]
    [InlineData(28)]
    [InlineData(48)]
    [InlineData(90)]
    [InlineData(300)]
    public void Apply_EmptyPage_IsBlank(int side)
    {
        foreach (double noise in (double[])[0, 1, 2, 5])
        {
            var random = new Random(side);
            AssertBlank(side, (_, _) => 180 + Grain());
            AssertBlank(side, (x, y) => 120 + (60 * x) + (30 * y) + Grain());
            AssertBlank(side, (x, y) => 200 - (90 * (((x - 0.5) * (x - 0.5)) + ((y - 0.5) * (y - 0.5)))) + Grain());

            double Grain() => noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
        }
    }

    [Theory]
    [InlineData(28)]
    [InlineData(48)]
    [InlineData(90)]
    [InlineData(128)]
    [InlineData(300)]
    public void Apply_EmptyPagesWithShadow_AreBlankButOneInAHundred(int side)
    {
        var random = new Random(side);
        int read = 0;
        foreach (double noise in (double[])[0, 1, 3])
        {
            foreach (double softness in (double[])[0.005, 0.02, 0.1])
            {
                for (int direction = 0; direction < 12; direction++)
                {
                    (double sin, double cos) = Math.SinCos(direction + random.NextDouble());
                    double edge = 0.3 * (random.NextDouble() - 0.5);
                    read += IsBlank(side, (x, y) =>
                    {
                        double distance = ((x - 0.5) * cos) + ((y - 0.5) * sin) + edge;
                        return (200 * (0.5 + (0.5 / (1 + Math.Exp(-distance / softness))))) + Grain();
                    }) ? 0 : 1;
                }
            }

            double Grain() => noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
        }
        Assert.InRange(read, 0, 1);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(90)]
    [InlineData(128)]
    public void Apply_ShadowInACorner_IsBlank(int side)
    {
        // The edge cuts off a wedge that is up to a fifth of the side wide.
        foreach (double wedge in (double[])[0.04, 0.1, 0.2])
        {
            foreach (double softness in (double[])[0.005, 0.02])
            {
                AssertBlank(side, (x, y) => Shade((wedge * (1 - (0.7 * y))) - x));
                AssertBlank(side, (x, y) => Shade(y - 1 + (wedge * (1 - x))));

                double Shade(double depth) => 200 - (100 / (1 + Math.Exp(-depth / softness)));
            }
        }
    }

    [Fact]
    public void Apply_StrokeFromABorder_IsInk()
    {
        foreach (double slant in (double[])[0, 0.2, 0.5])
        {
            Assert.False(IsBlank(100, (x, y) => y < 0.8 && Math.Abs(x - 0.3 - (slant * y)) < 0.03 ? 40 : 200));
            Assert.False(IsBlank(100, (x, y) => x > 0.3 && Math.Abs(y - 0.3 - (slant * x)) < 0.05 ? 40 : 200));
        }
    }

    [Fact]
    public void Apply_SquareZero_IsNoFrame()
    {
        byte[] found = new byte[DigitPreprocessing.OutputLength];
        byte[] page = Fill(120, (x, y) =>
            (x, y) is ( >= 20 and < 90, >= 10 and < 110) and not ( >= 32 and < 78, >= 22 and < 98) ? 0 : 255);
        DigitPreprocessing.Apply(new RasterImage(page, 120, 120, PixelLayout.Gray8), found);
        Assert.True(found.Count(pixel => pixel > 128) > 100);
    }

    private static void AssertBlank(int side, Func<double, double, double> tone) => Assert.True(IsBlank(side, tone));

    private static bool IsBlank(int side, Func<double, double, double> tone)
    {
        byte[] page = Fill(side, (x, y) => tone((double)x / side, (double)y / side));
        var raster = new RasterImage(page, side, side, PixelLayout.Gray8);
        return DigitPreprocessing.Apply(raster, new byte[DigitPreprocessing.OutputLength]).IsBlank;
    }

    private static byte[] Fill(int side, Func<int, int, double> tone)
    {
        byte[] page = new byte[side * side];
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = (byte)Math.Clamp(Math.Round(tone(i % side, i / side)), 0, 255);
        }
        return page;
    }

    // Enlarges the digit by linear interpolation.
    private static (double[] Ink, int Width) Crop(byte[] digit, int height, double margin)
    {
        double enlarged = 1 + (2 * margin);
        int[] ink = [.. Enumerable.Range(0, digit.Length).Where(i => digit[i] > 64)];
        (int top, int bottom) = (ink[0] / 28, ink[^1] / 28);
        (int left, int right) = (ink.Min(i => i % 28), ink.Max(i => i % 28));
        double step = enlarged * (bottom - top + 1) / height;
        int width = (int)(enlarged * Math.Max(8, right - left + 1) / step);
        double[] page = new double[width * height];
        for (int i = 0; i < page.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, width);
            double y = ((bottom + top) / 2.0) + ((row - (height / 2.0)) * step);
            double x = ((right + left) / 2.0) + ((column - (width / 2.0)) * step);
            (int y0, int x0) = ((int)Math.Floor(y), (int)Math.Floor(x));
            double upper = ((1 - x + x0) * At(x0, y0)) + ((x - x0) * At(x0 + 1, y0));
            double lower = ((1 - x + x0) * At(x0, y0 + 1)) + ((x - x0) * At(x0 + 1, y0 + 1));
            page[i] = ((1 - y + y0) * upper) + ((y - y0) * lower);
        }
        return (page, width);

        double At(int x, int y) => x is >= 0 and < 28 && y is >= 0 and < 28 ? digit[(y * 28) + x] / 255.0 : 0;
    }
}
