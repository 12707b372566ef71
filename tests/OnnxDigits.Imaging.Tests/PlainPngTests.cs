using OnnxDigits.Data;
using OnnxDigits.Imaging.Decoding;
using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests;

/// <summary>What is decoded without SkiaSharp comes out as SkiaSharp has it, and what is not plain and whole is left to it.</summary>
public class PlainPngTests
{
    [Fact]
    public void TryDecode_EveryTestImageAsSkiaSharpWritesIt_GivesItsBytes()
    {
        var images = DigitDataSource.Open(new DigitDataOptions
        {
            Data = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) ?? DigitDataSet.Generated,
            AllowDownload = false,
            GeneratedTrainCount = 10,
            GeneratedTestCount = 1000,
        }).Test;
        for (int n = 0; n < images.Count; n++)
        {
            var decoded = PlainPng.TryDecode(Skia.Encode(Skia.Gray(images.Image(n), 28, 28), SKEncodedImageFormat.Png));
            Assert.NotNull(decoded);
            Assert.Equal((28, 28, PixelLayout.Gray8), (decoded.Width, decoded.Height, decoded.Layout));
            Assert.True(images.Image(n).SequenceEqual(decoded.Raster.Pixels), $"Image {n} differs.");
        }
    }

    [Fact]
    public void TryDecode_EverySideAndFilter_GivesWhatSkiaSharpDoes()
    {
        var random = new Random(1);
        for (int side = 1; side <= PlainPng.MaxSide; side++)
        {
            foreach (int other in new[] { 1, side, PlainPng.MaxSide })
            {
                byte[] file = File(side, other, Rows(random, side, other));
                var decoded = PlainPng.TryDecode(file);
                Assert.NotNull(decoded);
                Assert.Equal((side, other), (decoded.Width, decoded.Height));
                Assert.True(BySkiaSharp(file).AsSpan().SequenceEqual(decoded.Raster.Pixels), $"{side}×{other} differs.");
            }
        }
    }

    [Fact]
    public void TryDecode_AnyBitFlipped_GivesNothingOrWhatSkiaSharpDoes()
    {
        byte[] file = File(9, 7, Rows(new Random(2), 9, 7), new PngChunk("tEXt", [.. "Title\0seven"u8]));
        Assert.NotNull(PlainPng.TryDecode(file));
        int given = 0;
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            if (PlainPng.TryDecode(flipped) is not { } decoded)
                continue;
            given++;
            Assert.True(BySkiaSharp(flipped).AsSpan().SequenceEqual(decoded.Raster.Pixels), $"Bit {bit} gives other pixels.");
        }
        // Those of the text and of its checksum, but for the ones that make a chunk of a text that says more.
        Assert.InRange(given, 8 * 11, 8 * 15);
    }

    [Fact]
    public void TryDecode_CutAtAnyByte_GivesNothing()
    {
        byte[] file = File(9, 7, Rows(new Random(3), 9, 7));
        Assert.All(Enumerable.Range(0, file.Length), length => Assert.Null(PlainPng.TryDecode(file.AsSpan(0, length))));
    }

    public static TheoryData<string> Others => [.. OtherFiles.Keys];

    [Theory]
    [MemberData(nameof(Others))]
    public void TryDecode_NotPlain_IsLeftToSkiaSharp(string kind)
    {
        Assert.Null(PlainPng.TryDecode(OtherFiles[kind]));
        Assert.Equal((9, 7), (ImageFile.Decode(OtherFiles[kind]).Width, ImageFile.Decode(OtherFiles[kind]).Height));
    }

    [Theory]
    [InlineData(65, 9)]
    [InlineData(9, 65)]
    public void TryDecode_LargerThanADigit_IsLeftToSkiaSharp(int width, int height)
    {
        byte[] file = File(width, height, Rows(new Random(5), width, height));
        Assert.Null(PlainPng.TryDecode(file));
        Assert.Equal(BySkiaSharp(file), ImageFile.Decode(file).Raster.Pixels.ToArray());
    }

    public static TheoryData<string> Wrong => [.. WrongFiles.Keys];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void TryDecode_Wrong_IsRefusedAsBefore(string kind)
    {
        Assert.Null(PlainPng.TryDecode(WrongFiles[kind]));
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(WrongFiles[kind]));
    }

    private static readonly byte[] SomeRows = Rows(new Random(4), 9, 7);

    private static readonly Dictionary<string, byte[]> OtherFiles = new()
    {
        ["16 bits"] = Png.Write(9, 7, 16, Png.Gray, new int[63]),
        ["4 bits"] = Png.Write(9, 7, 4, Png.Gray, new int[63]),
        ["colours"] = Png.Write(9, 7, 8, Png.Rgb, new int[3 * 63]),
        ["alpha"] = Png.Write(9, 7, 8, Png.GrayAlpha, new int[2 * 63]),
        ["a palette"] = Png.Write(9, 7, 8, Png.Palette, new int[63], false, new PngChunk("PLTE", [1, 2, 3])),
        ["interlaced"] = Png.Write(9, 7, 8, Png.Gray, new int[63], interlaced: true),
        ["a transparent value"] = File(9, 7, SomeRows, new PngChunk("tRNS", [0, 77])),
        ["gamma"] = File(9, 7, SomeRows, new PngChunk("gAMA", [0, 0, 0xB1, 0x8F])),
        ["two chunks of pixels"] = Png.Join(
            [Png.Header(9, 7, 8, Png.Gray), new("IDAT", Png.Pixels(SomeRows).Data[..20]), new("IDAT", Png.Pixels(SomeRows).Data[20..]), Png.End]),
    };

    private static readonly Dictionary<string, byte[]> WrongFiles = new()
    {
        ["no pixels"] = Png.Join([Png.Header(9, 7, 8, Png.Gray), Png.End]),
        ["a row too few"] = File(9, 7, SomeRows[..^10]),
        ["an unknown filter"] = File(9, 7, [5, .. SomeRows[1..]]),
        ["no header"] = Png.Join([Png.Pixels(SomeRows), Png.End]),
    };

    private static byte[] File(int width, int height, ReadOnlySpan<byte> rows, params PngChunk[] before) =>
        Png.Join([Png.Header(width, height, 8, Png.Gray), .. before, Png.Pixels(rows), Png.End]);

    // Any bytes behind any of the five filters are an image.
    private static byte[] Rows(Random random, int width, int height)
    {
        byte[] rows = new byte[height * (width + 1)];
        random.NextBytes(rows);
        for (int y = 0; y < height; y++)
            rows[y * (width + 1)] = (byte)((y + width) % 5);
        return rows;
    }

    private static byte[] BySkiaSharp(byte[] file)
    {
        using var bitmap = SKBitmap.Decode(file);
        Assert.Equal(SKColorType.Gray8, bitmap.ColorType);
        return [.. Enumerable.Range(0, bitmap.Height).SelectMany(y => bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, bitmap.Width).ToArray())];
    }
}
