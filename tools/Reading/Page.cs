namespace OnnxDigits.Tools.Reading;

/// <summary>A grey picture to be encoded: 0 = black, 255 = white, row by row.</summary>
internal sealed class Page(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Values { get; } = new float[width * height];

    public float this[int x, int y]
    {
        get => Values[y * Width + x];
        set => Values[y * Width + x] = value;
    }

    /// <summary>A page of one colour.</summary>
    public static Page Blank(int width, int height, float value)
    {
        var page = new Page(width, height);
        Array.Fill(page.Values, value);
        return page;
    }

    public Page Map(Func<float, float> change)
    {
        var result = new Page(Width, Height);
        for (int i = 0; i < Values.Length; i++)
            result.Values[i] = change(Values[i]);
        return result;
    }

    /// <summary>The same with something done to each pixel by its place, the result kept within black and white.</summary>
    public Page Map(Func<int, int, float, float> change)
    {
        var result = new Page(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                result[x, y] = Math.Clamp(change(x, y, this[x, y]), 0, 255);
        }
        return result;
    }

    /// <summary>The page on a larger one of one colour.</summary>
    public Page On(int width, int height, int left, int top, float background)
    {
        var result = Blank(width, height, background);
        for (int y = 0; y < Height; y++)
            Values.AsSpan(y * Width, Width).CopyTo(result.Values.AsSpan((top + y) * width + left));
        return result;
    }

    public byte[] ToBytes() => [.. Values.Select(value => (byte)MathF.Round(Math.Clamp(value, 0, 255)))];
}
