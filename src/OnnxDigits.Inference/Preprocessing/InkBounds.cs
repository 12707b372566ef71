namespace OnnxDigits.Inference.Preprocessing;

/// <summary>The smallest upright rectangle around the ink.</summary>
internal readonly record struct InkBounds(int Left, int Top, int Right, int Bottom)
{
    public int Width => Right - Left + 1;

    public int Height => Bottom - Top + 1;

    public int Longer => Math.Max(Width, Height);

    public int Area => Width * Height;

    /// <summary>Around the pixels above <paramref name="edge"/>, of which there must be one.</summary>
    public static InkBounds Of(GrayImage ink, float edge)
    {
        int left = ink.Width, right = -1, top = ink.Height, bottom = -1;
        for (int y = 0; y < ink.Height; y++)
        {
            var row = ink.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] <= edge)
                    continue;
                left = Math.Min(left, x);
                right = Math.Max(right, x);
                top = Math.Min(top, y);
                bottom = y;
            }
        }
        return new(left, top, right, bottom);
    }
}
