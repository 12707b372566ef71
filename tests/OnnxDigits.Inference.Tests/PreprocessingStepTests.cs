using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Compares the steps of preprocessing with plain implementations of their definitions.</summary>
public sealed class PreprocessingStepTests
{
    public static TheoryData<int, int> Sizes => new() { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 2, 2 }, { 17, 12 } };

    [Fact]
    public void Threshold_AnyValues_LeavesTheLeastVarianceWithinTheClasses()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            (int low, int high) = (random.Next(0, 250), random.Next(0, 250));
            float[] values = [.. Enumerable.Range(0, random.Next(2, 200)).Select(_ =>
                (random.Next(3) == 0 ? low : high) + (6 * random.NextSingle()))];
            Assert.Equal(Split(values), Otsu.Threshold(values));
            float lowest = Split(values);
            Assert.Equal(Split([.. values.Where(value => value > lowest)]), Otsu.ThresholdAbove(values, lowest));
        }

        static float Split(float[] values)
        {
            int[] splits = [.. Enumerable.Range(0, 255).Where(split =>
                values.Any(value => (int)value <= split) && values.Any(value => (int)value > split))];
            if (splits.Length == 0) return 0.5f;
            double[] within = [.. splits.Select(split => values
                .GroupBy(value => (int)value > split).Sum(Variance))];
            int[] best = [.. splits.Where((_, i) => within[i] <= within.Min() + 1e-6)];
            return (best[0] + best[^1] + 1) / 2f;
        }

        static double Variance(IEnumerable<float> values)
        {
            double mean = values.Average(value => (int)value);
            return values.Sum(value => Math.Pow((int)value - mean, 2));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void GrayImage_AnySize_MeasuresAndCropsEachPixel(int width, int height)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            GrayImage image = Noise(seed, width, height);
            image.Values[seed % image.Values.Length] = 255;
            float threshold = 200 + seed;
            (int X, int Y)[] ink = [.. Pixels(image).Where(pixel => image.Row(pixel.Y)[pixel.X] > threshold)];
            var bounds = new InkBounds(
                ink.Min(at => at.X), ink.Min(at => at.Y), ink.Max(at => at.X), ink.Max(at => at.Y));
            Assert.Equal(bounds, image.FindBounds(threshold));

            GrayImage crop = image.Crop(bounds);
            Assert.All(Pixels(crop), at =>
                Assert.Equal(image.Row(at.Y + bounds.Top)[at.X + bounds.Left], crop.Row(at.Y)[at.X]));

            bool[] border = [.. Pixels(image)
                .Where(at => at.X == 0 || at.Y == 0 || at.X == width - 1 || at.Y == height - 1)
                .Select(at => ink.Contains(at))];
            Assert.Equal(border.Average(isInk => isInk ? 1.0 : 0), image.BorderShare(threshold), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Components_AnyPicture_JoinPixelsBySidesAndCorners(int width, int height)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            GrayImage image = Noise(seed, width, height);
            var components = new Components(image, threshold: 170);

            // Each pixel of ink takes the first index among its neighbours until nothing changes.
            (int X, int Y)[] pixels = [.. Pixels(image)];
            int[] first = [.. pixels.Select((_, i) => image.Values[i] > 170 ? i : -1)];
            int[] before;
            do
            {
                before = [.. first];
                first = [.. pixels.Select((at, i) => first[i] < 0 ? -1 : pixels
                    .Select((other, k) => (other, k))
                    .Where(pair => Math.Abs(pair.other.X - at.X) <= 1 && Math.Abs(pair.other.Y - at.Y) <= 1)
                    .Where(pair => first[pair.k] >= 0)
                    .Min(pair => first[pair.k]))];
            }
            while (!first.SequenceEqual(before));

            int[] roots = [.. first.Where(root => root >= 0).Distinct().Order()];
            Assert.Equal(first.Select(root => Array.IndexOf(roots, root)), components.Labels);
            Assert.Equal(roots.Length, components.Bounds.Count);
            for (int i = 0; i < roots.Length; i++)
            {
                (int X, int Y)[] own = [.. pixels.Where((_, k) => first[k] == roots[i])];
                Assert.Equal(
                    new(own.Min(at => at.X), own.Min(at => at.Y), own.Max(at => at.X), own.Max(at => at.Y)),
                    components.Bounds[i]);
            }
        }
    }

    [Theory]
    [InlineData(800, 5, 1)]
    [InlineData(801, 3, 2)]
    [InlineData(37, 1_603, 3)]
    public void Convert_LargePicture_AveragesBlocks(int width, int height, int block)
    {
        byte[] pixels = new byte[width * height * 4];
        new Random(width).NextBytes(pixels);
        GrayImage gray = LumaConversion.Convert(new RasterImage(pixels, width, height, PixelLayout.Rgba32));

        Assert.Equal(((width + block - 1) / block, (height + block - 1) / block), (gray.Width, gray.Height));
        foreach ((int x, int y) in Pixels(gray))
        {
            double mean = (from row in Enumerable.Range(y * block, Math.Min(block, height - (y * block)))
                           from column in Enumerable.Range(x * block, Math.Min(block, width - (x * block)))
                           select OnWhite(pixels.AsSpan(((row * width) + column) * 4, 4))).Average();
            Assert.Equal(mean, gray.Row(y)[x], 0.01);
        }

        static double OnWhite(ReadOnlySpan<byte> pixel)
        {
            double luma = (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);
            return 255 - ((255 - luma) * pixel[3] / 255);
        }
    }

    [Theory]
    [InlineData(90, 70, 0.2)]
    [InlineData(640, 480, 0.2)]
    [InlineData(90, 70, 0.98)]
    public void Flatten_QuadraticLight_LeavesTheMeanLight(int width, int height, double slope)
    {
        var page = new GrayImage(width, height);
        foreach ((int x, int y) in Pixels(page))
        {
            (double u, double v) = ((2.0 * x / width) - 1, (2.0 * y / height) - 1);
            double light = 1 + (slope * u) - (0.15 * v) + (0.1 * u * u) - (0.12 * u * v) + (0.2 * v * v);
            page.Row(y)[x] = (float)(110 * light);
        }
        float mean = page.Values.Average(), darkest = mean / 8;
        GrayImage flat = LightSurface.Flatten(page);
        Assert.All(flat.Values.Zip(page.Values), pair =>
            Assert.Equal(Math.Max(0, pair.Second * mean / Math.Max(pair.Second, darkest)), pair.First, 0.01));
    }

    [Fact]
    public void Flatten_PageWithInk_IgnoresTheInk()
    {
        var page = new GrayImage(120, 100);
        foreach ((int x, int y) in Pixels(page))
        {
            bool isInk = x is >= 30 and < 42 && y is >= 20 and < 80;
            page.Row(y)[x] = (100 + x) * (isInk ? 0.2f : 1);
        }
        GrayImage flat = LightSurface.Flatten(page);
        float[] paper = [.. flat.Values.Where((_, i) => page.Values[i] >= 100)];
        Assert.InRange(paper.Max() - paper.Min(), 0, 0.5);
    }

    [Theory]
    [InlineData(20, 24, 2)]
    [InlineData(40, 47, 2)]
    [InlineData(64, 70, 4)]
    public void Deviation_Photograph_ComparesWithTheMeanAround(int width, int height, int radius)
    {
        GrayImage page = Noise(width, width, height);
        foreach ((int x, int y) in Pixels(page))
        {
            bool isInk = x >= width / 4 && x < width / 2 && y >= height / 3;
            page.Row(y)[x] = isInk ? 12 : 170 + (page.Row(y)[x] / 20) + (x / 4f);
        }
        float[] found = LocalBackground.Deviation(page, out float noise);

        GrayImage flat = LightSurface.Flatten(page);
        bool[] isPaper = [.. flat.Values.Select(_ => true)];
        double[] expected = Compare();
        double spread = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            float threshold = Otsu.Threshold([.. expected.Select(value => (float)Math.Abs(value))]);
            isPaper = [.. expected.Select(value => Math.Abs(value) <= threshold)];
            spread = Math.Sqrt(expected.Where((_, i) => isPaper[i]).Average(value => value * value));
            expected = Compare();
        }
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], 0.001);
        Assert.Equal(Math.Max(spread, Grain.Measure(flat)), noise, 0.001);

        double[] Compare()
        {
            double mean = flat.Values.Where((_, i) => isPaper[i]).Average(value => (double)value);
            return [.. Pixels(flat).Select(at =>
            {
                double[] around = [..
                    from y in Enumerable.Range(at.Y - radius, (2 * radius) + 1)
                    from x in Enumerable.Range(at.X - radius, (2 * radius) + 1)
                    where y >= 0 && y < height && x >= 0 && x < width && isPaper[(y * width) + x]
                    select (double)flat.Row(y)[x]];
                double background = around.Length > 0 ? around.Average() : mean;
                return mean / Math.Max(background, mean / 8) * (flat.Row(at.Y)[at.X] - background);
            })];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void MeasureFine_StripesAndGrain_IsTheGrain(double deviation)
    {
        var random = new Random(3);
        foreach (bool isUpright in (bool[])[true, false])
        {
            var picture = new GrayImage(90, 80);
            foreach ((int x, int y) in Pixels(picture))
            {
                double grain = Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
                picture.Row(y)[x] = (float)((80 * ((isUpright ? x : y) % 3)) + 20 + (deviation * grain));
            }
            Assert.Equal(deviation, Grain.MeasureFine(picture), 0.1 * deviation);
        }
    }

    private static IEnumerable<(int X, int Y)> Pixels(GrayImage image) =>
        from y in Enumerable.Range(0, image.Height) from x in Enumerable.Range(0, image.Width) select (x, y);

    private static GrayImage Noise(int seed, int width, int height)
    {
        var random = new Random(seed);
        var image = new GrayImage(width, height);
        for (int i = 0; i < image.Values.Length; i++) image.Values[i] = random.Next(256);
        return image;
    }
}
