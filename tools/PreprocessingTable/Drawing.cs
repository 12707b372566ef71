using SkiaSharp;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>A digit of 28 × 28 as if it had been drawn larger, ink white on black.</summary>
internal static class Drawing
{
    private const int Side = 28;

    /// <summary>The digit as it is.</summary>
    public static Page Of(ReadOnlySpan<byte> image)
    {
        var page = new Page(Side, Side);
        for (int i = 0; i < image.Length; i++)
            page.Values[i] = image[i];
        return page;
    }

    /// <summary>Scaled by a whole number with Mitchell's filter, as a drawing program enlarges a picture.</summary>
    public static Page Enlarge(ReadOnlySpan<byte> image, int scale)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < Side; y++)
            image.Slice(y * Side, Side).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using var large = bitmap.Resize(
            new SKImageInfo(Side * scale, Side * scale, SKColorType.Gray8, SKAlphaType.Opaque), new SKSamplingOptions(SKCubicResampler.Mitchell));
        var page = new Page(large.Width, large.Height);
        for (int y = 0; y < page.Height; y++)
        {
            var row = large.GetPixelSpan().Slice(y * large.RowBytes, page.Width);
            for (int x = 0; x < page.Width; x++)
                page[x, y] = row[x];
        }
        return page;
    }

    /// <summary>The digit's middle line, enlarged, drawn again with a round pen.</summary>
    /// <param name="image">The digit.</param>
    /// <param name="scale">How many times its size.</param>
    /// <param name="thickness">The pen's diameter in pixels of the result.</param>
    public static Page Trace(ReadOnlySpan<byte> image, int scale, int thickness)
    {
        var large = Enlarge(image, scale);
        bool[] line = Thinning.Apply([.. large.Values.Select(value => value >= 128)], large.Width);
        var page = new Page(large.Width, large.Height);
        float radius = thickness / 2f;
        int reach = (int)Math.Ceiling(radius + 1);
        for (int i = 0; i < line.Length; i++)
        {
            if (!line[i])
                continue;
            var (y, x) = Math.DivRem(i, page.Width);
            for (int dy = Math.Max(-reach, -y); dy <= Math.Min(reach, page.Height - 1 - y); dy++)
            {
                for (int dx = Math.Max(-reach, -x); dx <= Math.Min(reach, page.Width - 1 - x); dx++)
                {
                    float cover = Math.Clamp(radius + 0.5f - MathF.Sqrt(dx * dx + dy * dy), 0, 1);
                    page[x + dx, y + dy] = Math.Max(page[x + dx, y + dy], 255 * cover);
                }
            }
        }
        return page;
    }
}
