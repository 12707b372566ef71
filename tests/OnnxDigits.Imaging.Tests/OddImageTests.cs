using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Imaging.Tests.BadFiles;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging.Tests;

/// <summary>Tests unusual files that are valid.</summary>
public class OddImageTests
{
    private static readonly byte[] Ramp = [.. Enumerable.Range(0, 12 * 10).Select(i => (byte)i)];

    [Fact]
    public void Decode_ProgressiveJpeg_GivesItsFourColours() => AssertQuarters(Jpeg.Progressive);

    [Fact]
    public void Decode_CmykJpeg_GivesItsFourColours() => AssertQuarters(Jpeg.Cmyk);

    [Fact]
    public void Decode_AnimatedGif_GivesTheFirstFrame() =>
        AssertGray(Gif.Write(12, 10, Ramp, new byte[120], new byte[120]), Ramp.Select(value => (byte)(2 * value)));

    [Fact]
    public void Decode_AnimatedWebP_GivesTheFirstFrame() =>
        AssertGray(WebP.Animate(12, 10, Lossless(Ramp), Lossless(new byte[120])), Ramp);

    [Fact]
    public void Decode_AnimatedPng_GivesTheStillPicture()
    {
        var chunks = Png.Split(GrayPng());
        chunks.Insert(1, new("acTL", [0, 0, 0, 2, 0, 0, 0, 0]));
        AssertGray(Png.Join(chunks), Ramp);
    }

    [Theory]
    [InlineData("tRNS")]
    [InlineData("tEXt")]
    [InlineData("IEND")]
    public void Decode_WrongChecksumOfWhatIsNotNeeded_IsRead(string type) =>
        Assert.Equal((28, 28), SizeOf(BadPngs.WrongChecksum(type)));

    [Fact]
    public void Decode_PaletteIndexBeyondThePalette_IsItsLastColour()
    {
        int[] indices = [.. Enumerable.Range(0, 120)];
        byte[] file = Png.Write(12, 10, 8, Png.Palette, indices, false, new PngChunk("PLTE", [10, 10, 10, 90, 90, 90]));
        AssertGray(file, indices.Select(index => (byte)(index == 0 ? 10 : 90)));
    }

    [Fact]
    public void Decode_UnknownCriticalChunk_IsPassedOver() =>
        AssertGray(Png.Write(12, 10, 8, Png.Gray, [.. Ramp], false, new PngChunk("ABCD", [1])), Ramp);

    [Fact]
    public void Decode_PixelsInManyChunks_AreJoined()
    {
        var chunks = Png.Split(GrayPng());
        var pixels = chunks[1].Data.Select(value => new PngChunk("IDAT", [value]));
        AssertGray(Png.Join([chunks[0], .. pixels, Png.End]), Ramp);
    }

    [Fact]
    public void Decode_JpegWithoutHuffmanTables_UsesTheStandardOnes() =>
        Assert.Equal((200, 150), SizeOf(OtherBadImages.Without(0xC4)));

    [Fact]
    public void Decode_Bitmap24_GivesThePixels() => AssertGray(Bmp.Write(12, 10, 24, Bmp.Rows24(Ramp, 12, 10)), Ramp);

    [Fact]
    public void Decode_Bitmap8FromTheTop_GivesThePixels() => AssertGray(Bmp.Write(12, -10, 8, Ramp), Ramp);

    [Fact]
    public void Decode_Bitmap32_GivesThePixels() => AssertGray(
        Bmp.Write(12, -10, 32, [.. Ramp.SelectMany(value => (byte[])[value, value, value, 255])]), Ramp);

    [Fact]
    public void Decode_Bitmap1_GivesBlackAndWhite() =>
        AssertGray(Bmp.Write(8, -2, 1, [0b10110000, 0, 0, 0, 0b00000001, 0, 0, 0]),
            [255, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255]);

    [Fact]
    public void Decode_RunLengthBitmap_GivesThePixels() =>
        AssertGray(Bmp.Write(4, 2, 8, [4, 9, 0, 0, 0, 4, 1, 2, 3, 4, 0, 1], Bmp.RunLength8), [1, 2, 3, 4, 9, 9, 9, 9]);

    [Fact]
    public void Decode_WrongExtension_IsReadByItsContent()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "3.png");
        File.WriteAllBytes(path, Jpeg.Progressive);
        Assert.Equal(Jpeg.Side, ImageFile.Decode(path).Width);
    }

    private static byte[] GrayPng() => Png.Write(12, 10, 8, Png.Gray, [.. Ramp]);

    private static byte[] Lossless(byte[] pixels) => Skia.Lossless(Skia.Gray(pixels, 12, 10));

    private static (int Width, int Height) SizeOf(byte[] file)
    {
        var image = ImageFile.Decode(file);
        return (image.Width, image.Height);
    }

    private static void AssertGray(byte[] file, IEnumerable<byte> expected)
    {
        var image = ImageFile.Decode(file);
        bool gray = image.Layout == PixelLayout.Gray8;
        byte[] wanted = [.. expected.SelectMany(value => gray ? (byte[])[value] : [value, value, value, 255])];
        Assert.Equal(wanted, image.Raster.Pixels.ToArray());
    }

    private static void AssertQuarters(byte[] file)
    {
        var image = ImageFile.Decode(file);
        Assert.Equal((Jpeg.Side, Jpeg.Side), (image.Width, image.Height));
        (int At, byte[] Colour)[] quarters =
            [(0, [200, 40, 40]), (15, [40, 200, 40]), (15 * 16, [40, 40, 200]), (15 * 16 + 15, [220, 220, 220])];
        foreach (var (at, colour) in quarters)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                Assert.InRange(image.Raster.Pixels[at * 4 + channel], colour[channel] - 12, colour[channel] + 12);
            }
        }
    }
}
