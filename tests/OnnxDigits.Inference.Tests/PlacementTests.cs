using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Compares the placement of ink in 28×28 pixels with plain implementations of its definition.</summary>
public sealed class PlacementTests
{
    [Fact]
    public void Place_AnyInk_FitsItsAreaInto20PixelsAroundItsCenterOfMass()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            GrayImage ink = Blocks(seed);
            byte[] output = new byte[MnistForm.Length];
            InkPlacement.Place(ink, output);
            byte[] expected = Place(ink);
            Assert.All(output.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }

        static byte[] Place(GrayImage ink)
        {
            float edge = ink.Values.Max() / 8;
            ink = StrokeWidth.Widen(ink, ink.FindBounds(edge));
            InkBounds bounds = ink.FindBounds(edge);
            int width = Math.Max(1, (int)Math.Round(20.0 * bounds.Width / bounds.Longer));
            int height = Math.Max(1, (int)Math.Round(20.0 * bounds.Height / bounds.Longer));
            double[,] box = new double[width, height];
            for (int y = 0; y < bounds.Height; y++)
            {
                for (int x = 0; x < bounds.Width; x++)
                {
                    float value = ink.Row(bounds.Top + y)[bounds.Left + x];
                    if (value <= edge) continue;
                    for (int i = 0; i < width * height; i++)
                    {
                        box[i % width, i / width] += value * Overlap(x, i % width, bounds.Width / (double)width)
                            * Overlap(y, i / width, bounds.Height / (double)height);
                    }
                }
            }
            double peak = box.Cast<double>().Max();
            double[] scaled = [.. Enumerable.Range(0, width * height).Select(i =>
                Math.Round(255 * box[i % width, i / width] / peak))];
            int left = Start(scaled.Select((value, i) => value * (i % width)).Sum() / scaled.Sum(), width);
            int top = Start(scaled.Select((value, i) => value * (i / width)).Sum() / scaled.Sum(), height);
            byte[] output = new byte[MnistForm.Length];
            for (int i = 0; i < scaled.Length; i++)
            {
                output[((top + (i / width)) * 28) + left + (i % width)] = (byte)scaled[i];
            }
            return output;
        }

        static double Overlap(int source, int target, double step) =>
            Math.Max(0, Math.Min(source + 1, (target + 1) * step) - Math.Max(source, target * step));

        static int Start(double center, int size) => Math.Min(Math.Max((int)Math.Round(14 - center), 0), 28 - size);
    }

    [Fact]
    public void Widen_ThinStrokes_GrowsToTheTwentiethPercentile()
    {
        int widened = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            GrayImage ink = Line(seed);
            InkBounds bounds = ink.FindBounds(0);
            GrayImage found = StrokeWidth.Widen(ink, bounds);

            double scale = 20.0 / bounds.Longer, width = Width(ink);
            if (width * scale >= 1.28)
            {
                Assert.Same(ink, found);
                continue;
            }
            widened++;
            double radius = ((1.58 / scale) - width) / 2;
            int whole = (int)radius;
            Assert.Equal(
                (bounds.Width + (2 * whole) + 2, bounds.Height + (2 * whole) + 2), (found.Width, found.Height));
            for (int i = 0; i < found.Values.Length; i++)
            {
                (int y, int x) = Math.DivRem(i, found.Width);
                (x, y) = (x + bounds.Left - whole - 1, y + bounds.Top - whole - 1);
                double inner = Greatest(ink, x, y, whole), outer = Greatest(ink, x, y, whole + 1);
                Assert.Equal(inner + ((radius - whole) * (outer - inner)), found.Values[i], 0.01);
            }
        }
        Assert.InRange(widened, 20, 50);

        static double Width(GrayImage ink)
        {
            float half = ink.Values.Max() / 2;
            (int X, int Y)[] area = [.. Enumerable.Range(0, ink.Values.Length)
                .Where(i => ink.Values[i] >= half).Select(i => (i % ink.Width, i / ink.Width))];
            int outline = area.Sum(at => 4 - area.Count(
                other => Math.Abs(other.X - at.X) + Math.Abs(other.Y - at.Y) == 1));
            return 2.0 * area.Length / outline;
        }

        static double Greatest(GrayImage ink, int x, int y, int radius)
        {
            double greatest = 0;
            for (int row = Math.Max(0, y - radius); row <= Math.Min(ink.Height - 1, y + radius); row++)
            {
                for (int column = Math.Max(0, x - radius); column <= Math.Min(ink.Width - 1, x + radius); column++)
                {
                    greatest = Math.Max(greatest, ink.Row(row)[column]);
                }
            }
            return greatest;
        }
    }

    [Theory]
    [InlineData(20, 20, 4, 4, 255, true)]
    [InlineData(20, 12, 5, 8, 200, true)]
    [InlineData(12, 19, 8, 5, 255, true)]
    [InlineData(20, 12, 5, 8, 199, false)]
    [InlineData(21, 12, 4, 8, 255, false)]
    [InlineData(12, 21, 8, 4, 255, false)]
    [InlineData(18, 18, 5, 5, 255, false)]
    [InlineData(20, 12, 3, 8, 255, false)]
    [InlineData(20, 12, 6, 8, 255, false)]
    [InlineData(20, 12, 5, 7, 255, false)]
    [InlineData(20, 12, 5, 10, 255, false)]
    [InlineData(0, 0, 0, 0, 255, false)]
    public void TryCopy_Rectangle_MatchesMnistsSizeTonesAndCenter(
        int width, int height, int left, int top, byte tone, bool expected)
    {
        byte[] image = new byte[MnistForm.Length], output = new byte[MnistForm.Length];
        var ink = new GrayImage(28, 28);
        for (int i = 0; i < width * height; i++)
        {
            int at = ((top + (i / width)) * 28) + left + (i % width);
            (image[at], ink.Values[at]) = (tone, tone);
        }
        Assert.Equal(expected, MnistForm.TryCopy(new RasterImage(image, 28, 28, PixelLayout.Gray8), output));
        if (expected) Assert.Equal(image, output);
        Assert.Equal(expected, MnistForm.TryCopy(ink, output));
        Assert.Equal(expected ? image : new byte[MnistForm.Length], output);
    }

    // Blocks of any tone, at least one of which is black ink.
    private static GrayImage Blocks(int seed)
    {
        var random = new Random(seed);
        int side = random.Next(1, 24), columns = random.Next(1, 7), rows = random.Next(1, 7);
        var ink = new GrayImage((columns * side) + random.Next(9), (rows * side) + random.Next(9));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float tone = row + column == 0 ? 200 : random.Next(2) * random.Next(256);
                for (int y = 0; y < side; y++) ink.Row((row * side) + y).Slice(column * side, side).Fill(tone);
            }
        }
        return ink;
    }

    // A path of 1 to 15 pixels' width. Some of its tones are less than half of the darkest.
    private static GrayImage Line(int seed)
    {
        var random = new Random(seed);
        int side = random.Next(20, 90), pen = random.Next(1, 16);
        var ink = new GrayImage(side + random.Next(30), side);
        (double x, double y) = (ink.Width / 2, side / 2);
        for (int step = 0; step < 2 * side; step++)
        {
            x = Math.Clamp(x + random.Next(-1, 2), 0, ink.Width - pen);
            y = Math.Clamp(y + (random.NextDouble() * (step < side ? 2 : -2)), 0, side - pen);
            for (int row = 0; row < pen; row++) ink.Row((int)y + row).Slice((int)x, pen).Fill(random.Next(110, 256));
        }
        return ink;
    }
}
