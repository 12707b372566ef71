using OnnxDigits.Imaging.Fixtures;
using SkiaSharp;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Creates JPEG, WebP, GIF and BMP files that must be rejected.</summary>
internal static class OtherBadImages
{
    private static readonly byte[] Quantization = [0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)];

    public static IEnumerable<NamedFile> All => [.. Jpegs, .. WebPs, .. Gifs, .. Bmps];

    private static IEnumerable<NamedFile> Jpegs =>
    [
        .. Enumerable.Range(1, 9).Select(tenth => BadPngs.Cut("JPEG", () => Photo(SKEncodedImageFormat.Jpeg), tenth)),
        new("JPEG start alone", () => [0xFF, 0xD8, 0xFF], "header is damaged"),
        new("JPEG start and end", () => [0xFF, 0xD8, 0xFF, 0xD9], "header is damaged"),
        Frame("JPEG of width 0", 0xC0, 0, 28, 8, "header is damaged"),
        Frame("JPEG of height 0", 0xC0, 28, 0, 8, "header is damaged"),
        Frame("JPEG of 65,500×65,500", 0xC0, 65_500, 65_500, 8, "65500×65500", "32768 a side"),
        Frame("JPEG of 7,000×7,000 in a few bytes", 0xC0, 7000, 7000, 8, "too few for 7000×7000"),
        Frame("JPEG of 12 bits", 0xC1, 28, 28, 12, ""),
        Frame("JPEG without loss", 0xC3, 28, 28, 8, ""),
        new("JPEG progressive, of 7,000×7,000", () =>
            [0xFF, 0xD8, .. Quantization, .. Start(0xC2, 7000, 7000, 8), .. Scan, .. new byte[60_000], 0xFF, 0xD9],
            "MB of memory", "100 MB"),
        new("JPEG without its quantization tables", () => Without(0xDB), "damaged"),
        new("JPEG turned and cut in half",
            () => Half(Jpeg.WithOrientation(Photo(SKEncodedImageFormat.Jpeg), 6)), "truncated"),
        new("JPEG without its frame", () => Without(0xC0), "header is damaged"),
    ];

    private static IEnumerable<NamedFile> WebPs =>
    [
        new("WebP header alone", () => [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBP"u8, 0, 0, 0, 0], "header is damaged"),
        new("WebP cut in half", () => Half(Photo(SKEncodedImageFormat.Webp)), "truncated"),
        new("WebP animated without frames", () => WebP.Animate(28, 28), "header is damaged"),
        new("WebP flat, of 16,383×3,000", () => FlatWebP(16_383, 3000), "too few for 16383×3000"),
    ];

    private static IEnumerable<NamedFile> Gifs =>
    [
        new("GIF header alone", () => [.. "GIF89a"u8], "header is damaged"),
        new("GIF without frames", () => Gif.Write(28, 28), "damaged"),
        new("GIF of 65,535×65,535", () => GifSized(65_535, 65_535), "65535×65535"),
        new("GIF of 32,000×1,500 in a few bytes", () => GifSized(32_000, 1500), "too few for 32000×1500"),
        new("GIF of 3,600×3,600", () => [.. GifSized(3600, 3600), .. new byte[12_000]], "MB of memory", "100 MB"),
        new("GIF cut in half", () => Half(Gif.Write(28, 28, new byte[784])), "truncated"),
    ];

    private static IEnumerable<NamedFile> Bmps =>
    [
        new("BMP header alone", () => [.. "BM"u8, .. new byte[20]], "header is damaged"),
        Bitmap("BMP of width 0", 0, 28, 24, "header is damaged"),
        Bitmap("BMP of height 0", 28, 0, 24, "header is damaged"),
        Bitmap("BMP of negative width", -28, 28, 24, "header is damaged"),
        Bitmap("BMP of 60,000×60,000", 60_000, 60_000, 24, ""),
        Bitmap("BMP of 7,000×7,000 in a few bytes", 7000, 7000, 24, "too few for 7000×7000"),
        Bitmap("BMP of 3 bits", 28, 28, 3, "header is damaged"),
        Bitmap("BMP without pixels", 28, 28, 24, "truncated"),
        new("BMP cut in half", () => Half(Bmp.Write(28, 28, 24, Bmp.Rows24(new byte[784], 28, 28))), "truncated"),
    ];

    private static byte[] Photo(SKEncodedImageFormat format) => Skia.Encode(Skia.Gray(
        [.. Enumerable.Range(0, 200 * 150).Select(i => (byte)(i * 37 + i / 200 * 11))], 200, 150), format);

    private static byte[] Half(byte[] file) => file[..(file.Length / 2)];

    private static byte[] Scan => [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0];

    private static byte[] Start(byte marker, int width, int height, byte depth) =>
    [
        0xFF, marker, 0, 17, depth, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width,
        3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
    ];

    private static NamedFile Frame(
        string name, byte marker, int width, int height, byte depth, params string[] message) => new(name, () =>
        [0xFF, 0xD8, .. Quantization, .. Start(marker, width, height, depth), .. Scan, 0, 0, 0xFF, 0xD9], message);

    /// <summary>Returns a JPEG file without the segments of a marker.</summary>
    public static byte[] Without(byte marker)
    {
        byte[] whole = Photo(SKEncodedImageFormat.Jpeg);
        var kept = new List<byte>(whole[..2]);
        int at = 2;
        while (whole[at + 1] != 0xDA)
        {
            int length = 2 + (whole[at + 2] << 8) + whole[at + 3];
            if (whole[at + 1] != marker) kept.AddRange(whole[at..(at + length)]);
            at += length;
        }
        return [.. kept, .. whole[at..]];
    }

    private static byte[] FlatWebP(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        return Skia.Lossless(bitmap);
    }

    private static byte[] GifSized(int width, int height)
    {
        byte[] file = Gif.Write(28, 28, new byte[784]);
        (file[6], file[7], file[8], file[9]) = ((byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8));
        return file;
    }

    private static NamedFile Bitmap(string name, int width, int height, int bits, params string[] message) =>
        new(name, () => Bmp.Write(width, height, bits, []), message);
}
