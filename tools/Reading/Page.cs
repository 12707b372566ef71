using SkiaSharp;

namespace OnnxDigits.Tools.Reading;

/// <summary>Represents a grey picture, where 0 is black and 255 is white.</summary>
internal sealed class Page(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Gets the pixels, row by row.</summary>
    public float[] Values { get; } = new float[width * height];

    public float this[int x, int y]
    {
        get => Values[y * Width + x];
        set => Values[y * Width + x] = value;
    }

    /// <summary>Returns the picture with a function applied to each pixel.</summary>
    public Page Map(Func<float, float> change) => Map((_, _, value) => change(value));

    /// <summary>
    /// Returns the picture with a function of column, row and value applied to each pixel, clamped to 0..255.
    /// </summary>
    public Page Map(Func<int, int, float, float> change)
    {
        var result = new Page(Width, Height);
        for (int i = 0; i < Values.Length; i++)
        {
            result.Values[i] = Math.Clamp(change(i % Width, i / Width, Values[i]), 0, 255);
        }
        return result;
    }

    /// <summary>Returns a white page with this picture on it, which may extend beyond the page.</summary>
    public Page On(int width, int height, int left, int top) => new Page(width, height).Map((x, y, _) =>
        (uint)(x - left) < (uint)Width && (uint)(y - top) < (uint)Height ? this[x - left, y - top] : 255);

    /// <summary>Returns the picture at another size, resampled with Mitchell's filter.</summary>
    public Page Resize(int width, int height)
    {
        using SKBitmap bitmap = ToBitmap();
        using SKBitmap resized = bitmap.Resize(
            new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque),
            new SKSamplingOptions(SKCubicResampler.Mitchell));
        byte[] pixels = resized.GetPixelSpan().ToArray();
        int stride = resized.RowBytes;
        return new Page(width, height).Map((x, y, _) => pixels[y * stride + x]);
    }

    public byte[] ToPng() => Encode(SKEncodedImageFormat.Png, 100);

    /// <param name="quality">The JPEG quality, 0 to 100.</param>
    public byte[] ToJpeg(int quality) => Encode(SKEncodedImageFormat.Jpeg, quality);

    private byte[] Encode(SKEncodedImageFormat format, int quality)
    {
        using SKBitmap bitmap = ToBitmap();
        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    private SKBitmap ToBitmap()
    {
        var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < Values.Length; i++)
        {
            pixels[i / Width * bitmap.RowBytes + i % Width] = (byte)MathF.Round(Values[i]);
        }
        return bitmap;
    }
}
