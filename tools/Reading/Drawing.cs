using SkiaSharp;

namespace OnnxDigits.Tools.Reading;

/// <summary>A digit of 28 × 28 as if it had been drawn larger, ink white on black.</summary>
/// <remarks>What most conditions start from is made once, for it takes longer than to read the digit. Not for several threads.</remarks>
/// <param name="image">784 bytes of ink.</param>
internal sealed class Drawing(byte[] image)
{
    private const int Side = 28;
    private const int Scale = 5;

    private Page? _enlarged;
    private bool[]? _middleLine;

    /// <summary>The digit as it is.</summary>
    public Page Original
    {
        get
        {
            var page = new Page(Side, Side);
            for (int i = 0; i < image.Length; i++)
                page.Values[i] = image[i];
            return page;
        }
    }

    /// <summary>The digit at five times its size.</summary>
    public Page Enlarged => _enlarged ??= Enlarge(Scale);

    private bool[] MiddleLine => _middleLine ??= Thinning.Apply([.. Enlarged.Values.Select(value => value >= 128)], Enlarged.Width);

    /// <summary>Scaled by a whole number with Mitchell's filter, as a drawing program enlarges a picture.</summary>
    public Page Enlarge(int scale)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < Side; y++)
            image.AsSpan(y * Side, Side).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
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

    /// <summary>The enlarged digit's middle line, drawn again with a round pen.</summary>
    /// <param name="thickness">The pen's diameter in pixels of the result.</param>
    public Page Trace(int thickness)
    {
        bool[] line = MiddleLine;
        var page = new Page(Enlarged.Width, Enlarged.Height);
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
