using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;
using OnnxDigits.Tests;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Valid files that are blank, or that try to use much memory.</summary>
[Collection(nameof(Alone))]
public class ExtremeImageTests
{
    private const int Bomb = 64 << 20;

    public static TheoryData<string> Bombs => ["zTXt", "iTXt", "iCCP"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Decode_CompressedTextBomb_IsNotInflated(string type)
    {
        byte[] between = type == "iTXt" ? [1, 0, 0, 0] : [0];
        var bomb = Png.Compressed(type, between, new byte[Bomb]);
        byte[] file = Png.Write(28, 28, 8, Png.Gray, new int[784], false, bomb, bomb);
        Limits.Watch(() => Assert.Equal(28, ImageFile.Decode(file).Width), mebibytes: 32);
    }

    [Fact]
    public void Decode_RowsBeyondTheLast_AreNotInflated()
    {
        byte[] file = Png.Join([Png.Header(28, 28, 8, Png.Gray), Png.Pixels(new byte[Bomb]), Png.End]);
        Limits.Watch(() => Assert.Equal(28, ImageFile.Decode(file).Height), mebibytes: 8);
    }

    [Fact]
    public void Classify_FlatPageOf49Million_IsBlank()
    {
        var palette = new PngChunk("PLTE", [255, 255, 255, 0, 0, 0]);
        byte[] file = Png.Join(
            [Png.Header(7000, 7000, 1, Png.Palette), palette, Png.Pixels(new byte[876 * 7000]), Png.End]);
        DecodedImage? image = null;
        Limits.Watch(() => image = ImageFile.Decode(file));
        Assert.True(IsBlank(image!));
    }

    [Fact]
    public void Classify_WhitePageOfAFewBytes_IsBlank()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(1000, 1000, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(SKColors.White);
        byte[] file = Skia.Lossless(bitmap);
        Assert.InRange(file.Length, 1, 120);
        Assert.True(IsBlank(ImageFile.Decode(file)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Classify_OneTransparency_IsBlank(int alpha)
    {
        int[] samples = [.. Enumerable.Range(0, 40 * 40).SelectMany(_ => (int[])[0, 0, 0, alpha])];
        Assert.True(IsBlank(ImageFile.Decode(Png.Write(40, 40, 8, Png.Rgba, samples))));
    }

    [Fact]
    public void Classify_OnlyAlpha_TakesItForTheInk()
    {
        int[] ink = Stroke(40, 40);
        int[] samples = [.. ink.SelectMany(alpha => (int[])[0, 0, 0, alpha])];
        Assert.Equal(Prepare(Png.Write(40, 40, 8, Png.Gray, ink)), Prepare(Png.Write(40, 40, 8, Png.Rgba, samples)));
    }

    [Fact]
    public void Classify_OnePixel_IsBlank() =>
        Assert.True(IsBlank(ImageFile.Decode(Png.Write(1, 1, 8, Png.Gray, [77]))));

    [Theory]
    [InlineData(1, RasterImage.MaxSide)]
    [InlineData(RasterImage.MaxSide, 1)]
    public void Decode_LongestSide_IsRead(int width, int height)
    {
        int[] pixels = [.. Enumerable.Range(0, RasterImage.MaxSide).Select(i => i % 256)];
        byte[] file = Png.Write(width, height, 8, Png.Gray, pixels);
        Limits.Watch(() => Assert.Equal((width, height), SizeOf(ImageFile.Decode(file))), mebibytes: 16);
        Assert.Equal(DigitPreprocessing.OutputLength, Prepare(file).Length);
    }

    private static (int Width, int Height) SizeOf(DecodedImage image) => (image.Width, image.Height);

    private static bool IsBlank(DecodedImage image)
    {
        using var classifier = new DigitClassifier();
        return classifier.Classify(image.Raster).Status == PredictionStatus.Blank;
    }

    private static byte[] Prepare(byte[] file)
    {
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        DigitPreprocessing.Apply(ImageFile.Decode(file).Raster, output);
        return output;
    }

    private static int[] Stroke(int width, int height)
    {
        int[] ink = new int[width * height];
        for (int y = 6; y < height - 6; y++) ink.AsSpan(y * width + width / 2, 4).Fill(255);
        return ink;
    }
}
