using SkiaSharp;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes image files with SkiaSharp.</summary>
internal static class Skia
{
    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format, int quality = 100)
    {
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>Encodes a bitmap as lossless WebP.</summary>
    public static byte[] Lossless(SKBitmap bitmap)
    {
        using var pixels = bitmap.PeekPixels()!;
        using var data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50))!;
        return data.ToArray();
    }

    public static SKBitmap Gray(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            pixels.Slice(y * width, width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        }
        return bitmap;
    }
}
