using SkiaSharp;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Creates small image files that show a slanted stroke.</summary>
internal static class ImageSeeds
{
    private const int Width = 70;
    private const int Height = 66;

    // A GIF of 4×4 pixels in four colours.
    private const string Gif = "R0lGODlhBAAEAPEAAAAAAFVVVaqqqv///ywAAAAABAAEAAACBpyPqcvtUAAAOw==";

    // A cross on a BMP of 4×4 pixels. SkiaSharp reads this format but doesn't write it.
    private const string Bmp =
        "Qk1mAAAAAAAAADYAAAAoAAAABAAAAAQAAAABABgAAAAAADAAAAAAAAAAAAAAAAAAAAAAAAAAHh4e"
        + "3Nzc3NzcHh4e3NzcHh4eHh4e3Nzc3NzcHh4eHh4e3NzcHh4e3Nzc3NzcHh4e";

    // The same cross on a TIFF of one strip, compressed by LZW.
    private const string Tiff =
        "SUkqABYAAACAB5uNyBB6BQSCwMPQEAkAAAEDAAEAAAAEAAAAAQEDAAEAAAAEAAAAAgEDAAEAAAAIAAAAAwEDAAEA"
        + "AAAFAAAABgEDAAEAAAABAAAAEQEEAAEAAAAIAAAAFgEDAAEAAAAEAAAAFwEEAAEAAAAOAAAAHAEDAAEAAAABAAAA"
        + "AAAAAA==";

    public static byte[][] Create()
    {
        using SKBitmap grey = Draw(SKColorType.Gray8), colour = Draw(SKColorType.Rgba8888);
        using SKBitmap deep = Draw(SKColorType.Rgba16161616);
        byte[] jpeg = Encode(grey, SKEncodedImageFormat.Jpeg, 60);
        var webp = new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50);
        using SKData lossless = colour.PeekPixels().Encode(webp)!;
        return
        [
            Encode(grey, SKEncodedImageFormat.Png, 100), Encode(colour, SKEncodedImageFormat.Png, 100),
            Encode(deep, SKEncodedImageFormat.Png, 100),
            jpeg, Encode(colour, SKEncodedImageFormat.Jpeg, 90), WithOrientation(jpeg, 6),
            Encode(colour, SKEncodedImageFormat.Webp, 50), lossless.ToArray(),
            Convert.FromBase64String(Gif), Convert.FromBase64String(Bmp), Convert.FromBase64String(Tiff),
        ];
    }

    private static SKBitmap Draw(SKColorType type)
    {
        SKAlphaType alpha = type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var bitmap = new SKBitmap(new SKImageInfo(Width, Height, type, alpha));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(220, 215, 205));
        using var pen = new SKPaint { Color = new SKColor(30, 40, 60), StrokeWidth = 5, IsAntialias = true };
        canvas.DrawLine(50, 8, 22, 58, pen);
        return bitmap;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format, int quality)
    {
        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    // Adds an EXIF segment with tag 0x0112.
    private static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0MM"u8, 0, 42, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0, .. jpeg[2..],
    ];
}
