using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>A grey picture with values from 0 to 255.</summary>
internal sealed class GrayImage(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Values { get; } = new float[width * height];

    public Span<float> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>
    /// Returns the index of the first value above a threshold of 0 or more, or −1 if not found.
    /// </summary>
    public static int IndexOfInk(ReadOnlySpan<float> values, float threshold) =>
        MemoryMarshal.Cast<float, int>(values).IndexOfAnyInRange(BitsAbove(threshold), int.MaxValue);

    /// <summary>
    /// Returns the index of the last value above a threshold of 0 or more, or −1 if not found.
    /// </summary>
    public static int LastIndexOfInk(ReadOnlySpan<float> values, float threshold) =>
        MemoryMarshal.Cast<float, int>(values).LastIndexOfAnyInRange(BitsAbove(threshold), int.MaxValue);

    /// <summary>Returns the share of the outermost pixels that are above a threshold, 0 to 1.</summary>
    public double BorderShare(float threshold)
    {
        int above = 0, total = 0;
        foreach (float value in Border())
        {
            total++;
            above += value > threshold ? 1 : 0;
        }
        return (double)above / total;
    }

    /// <summary>Returns the outermost pixels, clockwise from the upper left corner.</summary>
    public IEnumerable<float> Border()
    {
        for (int x = 0; x < Width; x++) yield return Row(0)[x];
        for (int y = 1; y < Height; y++) yield return Row(y)[Width - 1];
        for (int x = Width - 2; x >= 0 && Height > 1; x--) yield return Row(Height - 1)[x];
        for (int y = Height - 2; y > 0 && Width > 1; y--) yield return Row(y)[0];
    }

    /// <summary>Returns a copy of a part of the picture.</summary>
    public GrayImage Crop(InkBounds bounds)
    {
        var crop = new GrayImage(bounds.Width, bounds.Height);
        for (int y = 0; y < bounds.Height; y++)
        {
            Row(bounds.Top + y).Slice(bounds.Left, bounds.Width).CopyTo(crop.Row(y));
        }
        return crop;
    }

    /// <summary>
    /// Returns the smallest rectangle around the pixels above a threshold. There must be at least one.
    /// </summary>
    public InkBounds FindBounds(float threshold)
    {
        int left = Width, right = -1, top = Height, bottom = -1;
        for (int y = 0; y < Height; y++)
        {
            int first = IndexOfInk(Row(y), threshold);
            if (first < 0) continue;
            left = Math.Min(left, first);
            right = Math.Max(right, LastIndexOfInk(Row(y), threshold));
            top = Math.Min(top, y);
            bottom = y;
        }
        return new(left, top, right, bottom);
    }

    /// <summary>Returns the maximum over a square around each pixel, by rows and then by columns.</summary>
    /// <param name="radius">The pixels from the centre of the square to its sides.</param>
    public GrayImage Dilate(int radius)
    {
        var rows = new GrayImage(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int shift = -radius; shift <= radius; shift++)
            {
                int from = Math.Max(0, shift), count = Width - Math.Abs(shift);
                if (count > 0) TakeGreater(rows.Row(y)[(from - shift)..], Row(y).Slice(from, count));
            }
        }
        var result = new GrayImage(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int near = Math.Max(0, y - radius); near < Math.Min(Height, y + radius + 1); near++)
            {
                TakeGreater(result.Row(y), rows.Row(near));
            }
        }
        return result;
    }

    private static void TakeGreater(Span<float> target, ReadOnlySpan<float> other)
    {
        for (int i = 0; i < other.Length; i++) target[i] = Math.Max(target[i], other[i]);
    }

    // Positive floats are ordered as their bits are, and only searches for integers are vectorized.
    private static int BitsAbove(float threshold) => BitConverter.SingleToInt32Bits(MathF.BitIncrement(threshold));
}

/// <summary>An upright rectangle around ink, with inclusive edges.</summary>
internal readonly record struct InkBounds(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left + 1;

    public int Height => Bottom - Top + 1;

    public int Longer => Math.Max(Width, Height);

    public int Area => Width * Height;

    public bool Contains(int x, int y) => x >= Left && x <= Right && y >= Top && y <= Bottom;

    public bool Contains(InkBounds other) =>
        Contains(other.Left, other.Top) && Contains(other.Right, other.Bottom);

    /// <summary>Returns the smallest rectangle around both.</summary>
    public InkBounds Union(InkBounds other) => new(
        Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right),
        Math.Max(Bottom, other.Bottom));

    /// <summary>Returns the rectangle without a margin.</summary>
    public InkBounds Shrink(int margin) => new(Left + margin, Top + margin, Right - margin, Bottom - margin);
}
