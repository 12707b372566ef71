using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Imaging.Tests.BadFiles;
using OnnxDigits.Inference;
using OnnxDigits.Tests;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests;

/// <summary>Tests pictures above 4 million pixels, which are reduced while they are decoded.</summary>
[Collection(nameof(Alone))]
public class LargeImageTests
{
    private const int SmallWidth = 32, SmallHeight = 16, LargeWidth = 2881, LargeHeight = 1443;

    // A limit that includes the measuring, which is below the 100 MB of ImageFile.MaxMemory.
    private const int MaxMebibytes = 95;

    private static readonly Dictionary<(string, bool), byte[]> Quarters = [];

    public static MatrixTheoryData<string, bool, int> Orientations =>
        new(["JPEG", "PNG", "PNG, interlaced", "WebP"], [false, true], Enumerable.Range(1, 8));

    [Theory]
    [MemberData(nameof(Orientations))]
    [InlineData("BMP", false, 1)]
    [InlineData("BMP", true, 1)]
    public void Decode_Quarters_AreUprightAndReducedAboveFourMillionPixels(string format, bool isLarge, int orientation)
    {
        var decoded = ImageFile.Decode(WithQuarters(format, isLarge, orientation));

        var raster = decoded.Raster;
        var (width, height) = isLarge ? (LargeWidth, LargeHeight) : (SmallWidth, SmallHeight);
        bool turned = orientation >= 5;
        Assert.Equal(turned ? (height, width) : (width, height), (decoded.Width, decoded.Height));
        if (isLarge) (width, height) = ((width + 1) / 2, (height + 1) / 2);
        Assert.Equal(turned ? (height, width) : (width, height), (raster.Width, raster.Height));
        // The upright corners (top left, top right, bottom left, bottom right), according to EXIF 2.3, tag 0x0112.
        int[] corners = orientation switch
        {
            1 => [0, 80, 160, 240],
            2 => [80, 0, 240, 160],
            3 => [240, 160, 80, 0],
            4 => [160, 240, 0, 80],
            5 => [0, 160, 80, 240],
            6 => [160, 0, 240, 80],
            7 => [240, 80, 160, 0],
            _ => [80, 240, 0, 160],
        };
        int right = raster.Width - 1, bottom = raster.Height - 1;
        int[] actual =
            [Value(raster, 0, 0), Value(raster, right, 0), Value(raster, 0, bottom), Value(raster, right, bottom)];
        for (int i = 0; i < 4; i++) Assert.InRange(actual[i], corners[i] - 4, corners[i] + 4);
    }

    [Fact]
    public void Decode_LargePng_AveragesColorsByTheirAlpha()
    {
        // Visible columns between transparent ones of another color.
        byte[] pair = [200, 100, 50, 255, 9, 9, 9, 0];
        byte[] row = [0, .. Enumerable.Repeat(pair, 1001).SelectMany(pixels => pixels)];
        byte[] file = Png.Join([Png.Header(2002, 2001, 8, Png.Rgba), Png.Repeat(row, 2001), Png.End]);
        var raster = ImageFile.Decode(file).Raster;
        Assert.Equal((1001, 1001), (raster.Width, raster.Height));
        for (int at = 0; at < raster.Pixels.Length; at += 4)
        {
            Assert.True(raster.Pixels.Slice(at, 4).SequenceEqual((byte[])[200, 100, 50, 128]));
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Decode_LargePngWithoutItsLastRows_IsRefused(double share)
    {
        byte[] row = new byte[1 + 4 * 6000];
        byte[] file = Png.Join([Png.Header(6000, 5000, 8, Png.Rgba), Png.Repeat(row, (int)(5000 * share)), Png.End]);
        var error = Assert.Throws<ImageFileException>(() => ImageFile.Decode(file));
        Assert.Contains("truncated or damaged and ends before its 6000×5000 pixels", error.Message);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Decode_LargeBitmapWithoutItsLastRows_IsRefused(double share)
    {
        byte[] file = WithQuarters("BMP", isLarge: true, orientation: 1);
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(file.AsSpan(0, (int)(file.Length * share))));
    }

    [Fact]
    public void Decode_FourMillionPixels_AreNotReduced()
    {
        byte[] row = [0, .. Enumerable.Range(0, 2000).Select(x => (byte)x)];
        byte[] file = Png.Join([Png.Header(2000, 2000, 8, Png.Gray), Png.Repeat(row, 2000), Png.End]);
        Assert.Equal(row[1..], ImageFile.Decode(file).Raster.Pixels[..2000]);
    }

    /// <summary>The sizes of phones' cameras, the largest accepted PNG and GIF, and an interlaced PNG.</summary>
    [Theory]
    [InlineData("JPEG", 9248, 6936)]
    [InlineData("JPEG", 16320, 12240)]
    [InlineData("PNG", 7050, 7050)]
    [InlineData("PNG, interlaced", 5000, 5000)]
    [InlineData("GIF", 3200, 3000)]
    public void Decode_LargestPictures_TakeAtMost100Megabytes(string format, int width, int height)
    {
        byte[] file = Flat(format, width, height);
        Limits.Watch(() => Assert.Equal((width, height), SizeOf(ImageFile.Decode(file))), MaxMebibytes);
    }

    [Theory]
    [InlineData("JPEG", 16320, 12256, "200 million")]
    [InlineData("PNG", 7080, 7080, "50 million")]
    public void Decode_LargerPictures_AreRefused(string format, int width, int height, string limit)
    {
        byte[] file = Flat(format, width, height);
        var error = Assert.Throws<ImageFileException>(() => ImageFile.Decode(file));
        Assert.Contains($"{width}×{height}", error.Message);
        Assert.Contains(limit, error.Message);
    }

    [Theory]
    [InlineData("PNG", 100, 100)]
    [InlineData("JPEG", 200, 200)]
    public void MaxPixels_Option_LimitsEachFormat(string format, int width, int height)
    {
        byte[] file = Flat(format, width, height);
        Assert.Equal((width, height), SizeOf(ImageFile.Decode(file, null, new() { MaxPixels = 10_000 })));
        var options = new ImageFileOptions { MaxPixels = 9_999 };
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(file, null, options));
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(new MemoryStream(file), null, options));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void MaxPixels_NotPositive_IsRefused(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new ImageFileOptions { MaxPixels = value }; });

    private static (int Width, int Height) SizeOf(DecodedImage image) => (image.Width, image.Height);

    private static int Value(RasterImage raster, int x, int y) =>
        raster.Pixels[(y * raster.Width + x) * RasterImage.BytesPerPixel(raster.Layout)];

    /// <summary>Returns a picture with quarters of different brightness: 0, 80, 160 and 240.</summary>
    private static byte[] WithQuarters(string format, bool isLarge, int orientation)
    {
        var (width, height) = isLarge ? (LargeWidth, LargeHeight) : (SmallWidth, SmallHeight);
        if (!Quarters.TryGetValue((format, isLarge), out byte[]? file))
        {
            byte[] pixels = new byte[width * height];
            var noise = new Random(1);
            for (int i = 0; i < pixels.Length; i++)
            {
                // A little noise, because a file of few bytes is refused.
                int quarter = (i % width >= width / 2 ? 80 : 0) + (i / width >= height / 2 ? 160 : 0);
                pixels[i] = (byte)(quarter + noise.Next(3));
            }
            Quarters[(format, isLarge)] = file = format switch
            {
                "JPEG" => Skia.Encode(Skia.Gray(pixels, width, height), SKEncodedImageFormat.Jpeg),
                "WebP" => Skia.Encode(Skia.Gray(pixels, width, height), SKEncodedImageFormat.Webp, quality: 90),
                "BMP" => Bmp.Write(width, height, 24, Bmp.Rows24(pixels, width, height)),
                _ => Png.Write(
                    width, height, 8, Png.Gray, Array.ConvertAll(pixels, value => (int)value), format != "PNG"),
            };
        }
        if (orientation == 1) return file;
        if (format == "JPEG") return Jpeg.WithOrientation(file, (byte)orientation);
        if (format == "WebP") return WebP.WithOrientation(width, height, file, orientation);
        var chunks = Png.Split(file);
        chunks.Insert(1, new("eXIf", Exif.Orientation(orientation)));
        return Png.Join(chunks);
    }

    /// <summary>Returns a black picture without keeping its pixels in memory.</summary>
    private static byte[] Flat(string format, int width, int height) => format switch
    {
        "JPEG" => Jpeg.Repeat(
            Skia.Encode(Skia.Gray(new byte[width * 8], width, 8), SKEncodedImageFormat.Jpeg), width, height / 8),
        "GIF" => Gif.Write(width, height, new byte[width * height]),
        // The passes of an interlaced picture have more rows, which are shorter.
        "PNG, interlaced" => Png.Join(
            [Png.Header(width, height, 8, Png.Rgba, true), Png.Repeat(new byte[4 * width + 2], height), Png.End]),
        _ => Png.Join([Png.Header(width, height, 8, Png.Rgba), Png.Repeat(new byte[4 * width + 1], height), Png.End]),
    };
}
