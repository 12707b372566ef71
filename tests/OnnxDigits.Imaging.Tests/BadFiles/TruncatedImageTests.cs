using BitMiracle.LibTiff.Classic;
using OnnxDigits.Imaging.Fixtures;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Tests that no cut file is read, and that bytes after the end of a whole file don't matter.</summary>
public class TruncatedImageTests
{
    private const int Width = 60, Height = 44;

    private static readonly byte[] Noise = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i * i % 127))];

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["PNG"] = Png.Write(Width, Height, 8, Png.Gray, Samples),
        ["PNG, interlaced"] = Png.Write(Width, Height, 8, Png.Gray, Samples, interlaced: true),
        ["JPEG, baseline"] = Encode(SKEncodedImageFormat.Jpeg),
        ["JPEG, turned"] = Jpeg.WithOrientation(Encode(SKEncodedImageFormat.Jpeg), 6),
        ["JPEG, progressive"] = Jpeg.Progressive,
        ["JPEG, CMYK"] = Jpeg.Cmyk,
        ["WebP, lossy"] = Encode(SKEncodedImageFormat.Webp, quality: 80),
        ["WebP, lossless"] = Skia.Lossless(Gray),
        ["WebP, animated"] = WebP.Animate(Width, Height, Skia.Lossless(Gray), Skia.Lossless(Gray)),
        ["GIF"] = Gif.Write(Width, Height, Noise),
        ["GIF, animated"] = Gif.Write(Width, Height, Noise, Noise),
        ["BMP of 24 bits"] = Bmp.Write(Width, Height, 24, Bmp.Rows24(Noise, Width, Height)),
        ["BMP of 8 bits"] = Bmp.Write(Width, Height, 8, Noise),
        ["TIFF"] = TiffFile.Write(Width, Height, Noise),
        ["TIFF, palette"] = TiffFile.Write("wl", WritePalette),
        ["TIFF, fax"] = TiffFile.Write("wl", tiff => tiff
            .Describe(Width, Height, Photometric.MINISWHITE, 1, 1, Compression.CCITT_T6)
            .WriteRows(Noise, Height, Height)),
        ["BMP, run lengths"] = Bmp.Write(Width, Height, 8, RunLengths, Bmp.RunLength8),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_CutFile_IsRefused(string name)
    {
        byte[] whole = Files[name];
        int[] lengths = [.. Enumerable.Range(1, 99).Select(percent => whole.Length * percent / 100), whole.Length - 1];
        Assert.All(lengths, length => Assert.Throws<ImageFileException>(() => ImageFile.Decode(whole[..length])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_BytesAfterTheEnd_AreIgnored(string name)
    {
        var expected = ImageFile.Decode(Files[name]).Raster.Pixels;
        // A second picture, as in MPO files, and a video, as in motion photographs.
        Assert.Equal(expected, ImageFile.Decode([.. Files[name], .. Files[name][..50]]).Raster.Pixels);
        Assert.Equal(expected, ImageFile.Decode([.. Files[name], 0, 0, 0, 24, .. "ftypmp42"u8]).Raster.Pixels);
    }

    [Fact]
    public void Decode_JpegWithAPreviewCutAfterIt_IsRefused()
    {
        byte[] jpeg = Encode(SKEncodedImageFormat.Jpeg), preview = Jpeg.Progressive;
        int length = preview.Length + 2;
        byte[] segment = [0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. preview];
        byte[] whole = [.. jpeg[..2], .. segment, .. jpeg[2..]];
        Assert.Equal(Width, ImageFile.Decode(whole).Width);
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(whole[..^2]));
    }

    private static int[] Samples => [.. Noise.Select(value => (int)value)];

    private static SKBitmap Gray => Skia.Gray(Noise, Width, Height);

    private static byte[] RunLengths =>
        [.. Noise.Chunk(Width).SelectMany(row => (byte[])[0, Width, .. row, 0, 0]), 0, 1];

    private static void WritePalette(Tiff tiff)
    {
        tiff.Describe(Width, Height, Photometric.PALETTE, 1, 8, Compression.NONE);
        ushort[] ramp = [.. Enumerable.Range(0, 256).Select(i => (ushort)(257 * i))];
        tiff.SetField(TiffTag.COLORMAP, ramp, ramp, ramp);
        tiff.WriteRows(Noise, Height, Height);
    }

    private static byte[] Encode(SKEncodedImageFormat format, int quality = 100) => Skia.Encode(Gray, format, quality);
}
