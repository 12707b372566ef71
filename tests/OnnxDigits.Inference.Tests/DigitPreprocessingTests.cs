namespace OnnxDigits.Inference.Tests;

public class DigitPreprocessingTests
{
    private const int Length = DigitPreprocessing.OutputLength;

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(77)]
    public void Apply_OneValue_IsBlank(byte value)
    {
        foreach (var (width, height) in new[] { (28, 28), (1, 1), (1, 300), (200, 150) })
        {
            byte[] pixels = new byte[width * height];
            Array.Fill(pixels, value);
            byte[] output = Prepare(new RasterImage(pixels, width, height, PixelLayout.Gray8), out var result);
            Assert.True(result.IsBlank);
            Assert.All(output, pixel => Assert.Equal(0, pixel));
        }
    }

    [Fact]
    public void Apply_PaperGrainAlone_IsBlank()
    {
        var random = new Random(3);
        byte[] page = new byte[200 * 160];
        for (int i = 0; i < page.Length; i++) page[i] = (byte)(150 + i % 200 / 4 + random.Next(-6, 7));
        Prepare(new RasterImage(page, 200, 160, PixelLayout.Gray8), out var result);
        Assert.True(result.IsBlank);
    }

    [Fact]
    public void Apply_RgbOrBgr_TellsRedFromBlue()
    {
        // Green ink of 100 has a luma of 58.7. The page has 76.2 if its color is red and 29.1 if it is blue.
        var (gray, width, height) = Seven();
        byte[] pixels = Spread(gray, 3, v => v == 0 ? [0, 100, 0] : [255, 0, 0]);
        Prepare(new RasterImage(pixels, width, height, PixelLayout.Rgb24), out var asRgb);
        Prepare(new RasterImage(pixels, width, height, PixelLayout.Bgr24), out var asBgr);
        Assert.True(asRgb.Inverted);
        Assert.False(asBgr.Inverted);
    }

    [Fact]
    public void Apply_Stride_SkipsTheGap()
    {
        var (gray, width, height) = Seven();
        byte[] padded = new byte[(width + 13) * height];
        Array.Fill(padded, (byte)99);
        for (int y = 0; y < height; y++) gray.AsSpan(y * width, width).CopyTo(padded.AsSpan(y * (width + 13)));
        Assert.Equal(
            Prepare(new RasterImage(gray, width, height, PixelLayout.Gray8), out _),
            Prepare(new RasterImage(padded, width, height, PixelLayout.Gray8, width + 13), out _));
    }

    [Fact]
    public void Apply_BlackOnWhite_EqualsWhiteOnBlack()
    {
        var (gray, width, height) = Seven();
        byte[] inverse = [.. gray.Select(value => (byte)(255 - value))];
        byte[] dark = Prepare(new RasterImage(gray, width, height, PixelLayout.Gray8), out var first);
        byte[] light = Prepare(new RasterImage(inverse, width, height, PixelLayout.Gray8), out var second);
        Assert.Equal(dark, light);
        Assert.True(first.Inverted);
        Assert.False(second.Inverted);
    }

    [Fact]
    public void Apply_Result_HasMnistsForm()
    {
        var (gray, width, height) = Seven();
        byte[] output = Prepare(new RasterImage(gray, width, height, PixelLayout.Gray8), out _);

        var ink = Enumerable.Range(0, Length).Where(i => output[i] > 0).ToArray();
        int rows = ink.Max(i => i / 28) - ink.Min(i => i / 28) + 1;
        int columns = ink.Max(i => i % 28) - ink.Min(i => i % 28) + 1;
        double mass = ink.Sum(i => (double)output[i]);
        Assert.Equal(20, Math.Max(rows, columns));
        Assert.InRange(ink.Sum(i => output[i] * (double)(i / 28)) / mass, 13.5, 14.5);
        Assert.InRange(ink.Sum(i => output[i] * (double)(i % 28)) / mass, 13.5, 14.5);
        Assert.Equal(255, output.Max());
    }

    [Fact]
    public void Apply_UnevenLightAndGrain_FindsTheSameStrokes()
    {
        var (gray, width, height) = Seven();
        var random = new Random(9);
        byte[] photo = new byte[gray.Length];
        for (int i = 0; i < photo.Length; i++)
        {
            double light = 0.45 + 0.5 * (i % width) / width;
            photo[i] = (byte)Math.Clamp((40 + gray[i] * 190 / 255) * light + random.Next(-4, 5), 0, 255);
        }
        byte[] clean = Prepare(new RasterImage(gray, width, height, PixelLayout.Gray8), out _);
        byte[] found = Prepare(new RasterImage(photo, width, height, PixelLayout.Gray8), out var result);

        Assert.True(result.Inverted);
        double difference = clean.Zip(found, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(difference < 6, $"mean difference {difference}");
    }

    [Fact]
    public void NewRasterImage_WrongSize_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new RasterImage([], 0, 1, PixelLayout.Gray8); });
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { _ = new RasterImage([], 1, RasterImage.MaxSide + 1, PixelLayout.Gray8); });
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { _ = new RasterImage(new byte[9], 3, 3, PixelLayout.Gray8, 2); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new RasterImage(new byte[9], 3, 3, (PixelLayout)99); });
        var error = Assert.Throws<ArgumentException>(
            () => { _ = new RasterImage(new byte[26], 3, 3, PixelLayout.Rgb24); });
        Assert.Contains("27 bytes", error.Message);
    }

    /// <summary>Returns a black 7 on a white page of 150 × 120 pixels, off center.</summary>
    private static (byte[] Pixels, int Width, int Height) Seven()
    {
        const int Width = 150, Height = 120;
        byte[] pixels = new byte[Width * Height];
        Array.Fill(pixels, (byte)255);
        for (int y = 0; y < 60; y++)
        {
            int left = y < 9 ? 0 : 33 - y / 2;
            pixels.AsSpan((y + 40) * Width + 20 + left, y < 9 ? 42 : 9).Clear();
        }
        return (pixels, Width, Height);
    }

    private static byte[] Spread(byte[] gray, int size, Func<byte, byte[]> pixel)
    {
        byte[] spread = new byte[gray.Length * size];
        for (int i = 0; i < gray.Length; i++) pixel(gray[i]).CopyTo(spread, i * size);
        return spread;
    }

    private static byte[] Prepare(RasterImage raster, out PreprocessingResult result)
    {
        byte[] output = new byte[Length];
        result = DigitPreprocessing.Apply(raster, output);
        return output;
    }

    [Fact]
    public void Apply_ThinLineUnderUnevenLight_FindsTheLine()
    {
        const int Width = 640, Height = 480, Left = 430, Top = 260, Bottom = 340;
        var random = new Random(1);
        for (int direction = 0; direction < 8; direction++)
        {
            byte[] page = new byte[Width * Height];
            double angle = direction * Math.PI / 4;
            for (int i = 0; i < page.Length; i++)
            {
                var (y, x) = Math.DivRem(i, Width);
                double across = Math.Cos(angle) * (2.0 * x / Width - 1);
                double down = Math.Sin(angle) * (2.0 * y / Height - 1);
                double light = 0.7 + 0.3 * (across + down) / 1.5;
                double ink = x is >= Left and < Left + 4 && y is >= Top and <= Bottom ? 0.1 : 1;
                page[i] = (byte)Math.Clamp(220 * light * ink + 20 * (random.NextDouble() - 0.5), 0, 255);
            }
            byte[] output = new byte[DigitPreprocessing.OutputLength];
            var result = DigitPreprocessing.Apply(new RasterImage(page, Width, Height, PixelLayout.Gray8), output);

            Assert.Equal((false, true), (result.IsBlank, result.Inverted));
            int[] columns = [.. Enumerable.Range(0, 28)
                .Where(x => Enumerable.Range(0, 28).Any(y => output[y * 28 + x] > 0))];
            int[] rows = [.. Enumerable.Range(0, 28)
                .Where(y => Enumerable.Range(0, 28).Any(x => output[y * 28 + x] > 0))];
            Assert.InRange(columns.Length, 1, 5);
            Assert.Equal(20, rows.Length);
        }
    }

    [Fact]
    public void Apply_FatDigitOnABlackPage_IsNotBlank()
    {
        // Nearly half of the page is soft-edged ink, but the black background has one value, so this is a drawing.
        const int Side = 140;
        byte[] page = new byte[Side * Side];
        for (int i = 0; i < page.Length; i++)
        {
            var (y, x) = Math.DivRem(i, Side);
            double distance = Math.Sqrt((x - 70) * (x - 70) + (y - 70) * (y - 70));
            page[i] = (byte)Math.Clamp(255 * (54 - distance) / 12, 0, 255);
        }
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        var result = DigitPreprocessing.Apply(new RasterImage(page, Side, Side, PixelLayout.Gray8), output);
        Assert.Equal((false, false), (result.IsBlank, result.Inverted));
        Assert.Equal(255, output[14 * 28 + 14]);
    }
}
