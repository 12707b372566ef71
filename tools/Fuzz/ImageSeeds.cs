using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Creates small image files that show a slanted stroke.</summary>
internal static class ImageSeeds
{
    private const int Width = 70;
    private const int Height = 66;

    // A GIF of 4×4 pixels in four colours.
    private const string Gif = "R0lGODlhBAAEAPEAAAAAAFVVVaqqqv///ywAAAAABAAEAAACBpyPqcvtUAAAOw==";

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
            Convert.FromBase64String(Gif), ToBmp(grey),
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

    // 24 bits a pixel, from the last row to the first.
    private static byte[] ToBmp(SKBitmap grey)
    {
        const int Header = 54, Stride = (Width * 3 + 3) / 4 * 4;
        byte[] file = new byte[Header + Stride * Height];
        "BM"u8.CopyTo(file);
        (int At, int Value)[] header =
            [(2, file.Length), (10, Header), (14, 40), (18, Width), (22, Height), (26, 1 | 24 << 16)];
        foreach ((int at, int value) in header)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                file.AsSpan(Header + (Height - 1 - y) * Stride + 3 * x, 3).Fill(grey.GetPixel(x, y).Red);
            }
        }

        return file;
    }
}
