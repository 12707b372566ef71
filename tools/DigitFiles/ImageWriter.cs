using Shared;
using SkiaSharp;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>8-bit grey pixels to image files, each written beside its place and renamed.</summary>
internal static class ImageWriter
{
    private const int Quality = 95;

    public static void Write(string path, ReadOnlySpan<byte> grey, int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        for (var row = 0; row < height; row++)
            grey.Slice(row * width, width).CopyTo(bitmap.GetPixelSpan()[(row * bitmap.RowBytes)..]);
        using var encoded = bitmap.Encode(format, Quality)
            ?? throw new IOException($"{path} cannot be encoded as {format}.");
        AtomicFile.Write(path, encoded.SaveTo);
    }
}
