using BitMiracle.LibTiff.Classic;
using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests;

/// <summary>Tests the orientations of EXIF 2.3 in each format that stores them.</summary>
public class OrientationTests
{
    // The rows of two bands and a part of a third.
    private const int Width = 21, Height = 150;

    public static TheoryData<int> Orientations => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Decode_TurnedJpeg_IsUpright(int orientation)
    {
        byte[] jpeg = Skia.Encode(Skia.Gray(Picture(), Width, Height), SKEncodedImageFormat.Jpeg);
        AssertUpright(ImageFile.Decode(jpeg), ImageFile.Decode(Jpeg.WithOrientation(jpeg, orientation)), orientation);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Decode_TurnedColourJpeg_IsUpright(int orientation)
    {
        var turned = ImageFile.Decode(Jpeg.WithOrientation(Jpeg.Progressive, orientation));
        AssertUpright(ImageFile.Decode(Jpeg.Progressive), turned, orientation);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Decode_TurnedPng_IsUpright(int orientation)
    {
        foreach (bool littleEndian in new[] { false, true })
        {
            foreach (int depth in new[] { 8, 16 })
            {
                int[] samples = [.. Picture().Select(value => value << depth - 8)];
                var exif = new PngChunk("eXIf", Exif.Orientation(orientation, littleEndian));
                byte[] turned = Png.Write(Width, Height, depth, Png.Gray, samples, false, exif);
                var plain = ImageFile.Decode(Png.Write(Width, Height, depth, Png.Gray, samples));
                AssertUpright(plain, ImageFile.Decode(turned), orientation);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Decode_TurnedTiff_IsUpright(int orientation)
    {
        byte[] turned = TiffFile.Write(Width, Height, Picture(), (TiffTag.ORIENTATION, orientation));
        AssertUpright(ImageFile.Decode(TiffFile.Write(Width, Height, Picture())), ImageFile.Decode(turned), orientation);
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Decode_TurnedWebP_IsUpright(int orientation)
    {
        byte[] still = Skia.Lossless(Skia.Gray(Picture(), Width, Height));
        var turned = ImageFile.Decode(WebP.WithOrientation(Width, Height, still, orientation));
        AssertUpright(ImageFile.Decode(still), turned, orientation);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 77, 77, 0, 42, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 73, 73, 42, 0, 8, 0, 0, 0, 255, 255, 1 })]
    [InlineData(new byte[] { 77, 77, 0, 42, 0, 0, 0, 7 })]
    [InlineData(new byte[] { 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 9, 0, 0 })]
    public void Decode_PngWithBadExif_IsAsItIsStored(byte[] exif)
    {
        int[] samples = [.. Picture().Select(value => (int)value)];
        var image = ImageFile.Decode(Png.Write(Width, Height, 8, Png.Gray, samples, false, new PngChunk("eXIf", exif)));
        Assert.Equal((Width, Height), (image.Width, image.Height));
        Assert.Equal(Picture(), image.Raster.Pixels);
    }

    private static byte[] Picture() =>
        [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width * 9 + i / Width))];

    private static void AssertUpright(DecodedImage stored, DecodedImage shown, int orientation)
    {
        bool turned = orientation >= 5;
        var (width, height) = turned ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        Assert.Equal((width, height), (shown.Width, shown.Height));
        int size = RasterImage.BytesPerPixel(stored.Layout), right = stored.Width - 1, bottom = stored.Height - 1;
        for (int y = 0; y < shown.Height; y++)
        {
            for (int x = 0; x < shown.Width; x++)
            {
                // The stored column and row of this pixel, according to the specification.
                var (column, row) = orientation switch
                {
                    1 => (x, y),
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                Assert.Equal(
                    stored.Raster.Pixels.Slice((row * stored.Width + column) * size, size),
                    shown.Raster.Pixels.Slice((y * shown.Width + x) * size, size));
            }
        }
    }
}
