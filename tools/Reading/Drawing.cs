namespace OnnxDigits.Tools.Reading;

/// <summary>Represents a digit of 28×28 pixels that can be drawn larger, with white ink on black.</summary>
/// <remarks>Not thread-safe, because it caches the results that most conditions start from.</remarks>
internal sealed class Drawing
{
    private const int Side = 28;
    private const int Scale = 5;

    private Page? _enlarged;
    private bool[]? _skeleton;

    /// <param name="pixels">784 bytes of ink.</param>
    public Drawing(ReadOnlySpan<byte> pixels)
    {
        Original = new Page(Side, Side);
        for (int i = 0; i < pixels.Length; i++) Original.Values[i] = pixels[i];
    }

    /// <summary>Gets the digit at its own size.</summary>
    public Page Original { get; }

    /// <summary>Gets the digit at five times its size.</summary>
    public Page Enlarged => _enlarged ??= Enlarge(Scale);

    private bool[] Skeleton =>
        _skeleton ??= Thinning.Apply([.. Enlarged.Values.Select(value => value >= 128)], Enlarged.Width);

    /// <summary>Returns the digit scaled by a whole number.</summary>
    public Page Enlarge(int scale) => Original.Resize(Side * scale, Side * scale);

    /// <summary>Returns the enlarged digit's skeleton, drawn with a round pen.</summary>
    /// <param name="thickness">The pen's diameter in pixels.</param>
    public Page Trace(int thickness)
    {
        var page = new Page(Enlarged.Width, Enlarged.Height);
        float radius = thickness / 2f;
        int reach = (int)Math.Ceiling(radius + 1);
        for (int i = 0; i < Skeleton.Length; i++)
        {
            if (!Skeleton[i]) continue;
            (int row, int column) = Math.DivRem(i, page.Width);
            for (int y = Math.Max(0, row - reach); y <= Math.Min(page.Height - 1, row + reach); y++)
            {
                for (int x = Math.Max(0, column - reach); x <= Math.Min(page.Width - 1, column + reach); x++)
                {
                    float distance = MathF.Sqrt((x - column) * (x - column) + (y - row) * (y - row));
                    page[x, y] = Math.Max(page[x, y], 255 * Math.Clamp(radius + 0.5f - distance, 0, 1));
                }
            }
        }

        return page;
    }
}
