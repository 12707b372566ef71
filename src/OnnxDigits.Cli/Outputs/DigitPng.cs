using SkiaSharp;

namespace OnnxDigits.Cli.Outputs;

/// <summary>An image of 28 × 28 bytes as a grey PNG.</summary>
internal static class DigitPng
{
    private const int Side = 28;

    public static void Write(ReadOnlySpan<byte> image, Stream stream)
    {
        using var data = Encode(image);
        data.SaveTo(stream);
    }

    /// <summary>The picture for a page: data:image/png;base64,….</summary>
    public static string ToDataUri(ReadOnlySpan<byte> image)
    {
        using var data = Encode(image);
        return $"data:image/png;base64,{Convert.ToBase64String(data.AsSpan())}";
    }

    private static SKData Encode(ReadOnlySpan<byte> image)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < Side; y++)
            image.Slice(y * Side, Side).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        return bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
    }
}
