namespace OnnxDigits.Tools.Reading;

/// <summary>Reduces strokes to their middle line of one pixel.</summary>
/// <remarks>T. Y. Zhang and C. Y. Suen, A fast parallel algorithm for thinning digital patterns, 1984.</remarks>
internal static class Thinning
{
    public static bool[] Apply(bool[] ink, int width)
    {
        bool[] current = [.. ink];
        int height = ink.Length / width;
        for (bool changed = true; changed;)
            changed = Pass(current, width, height, first: true) | Pass(current, width, height, first: false);
        return current;
    }

    private static bool Pass(bool[] ink, int width, int height, bool first)
    {
        var removed = new List<int>();
        Span<bool> around = stackalloc bool[8];
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                int i = y * width + x;
                if (!ink[i])
                    continue;
                // Clockwise from the north: P2 … P9 of the paper.
                around[0] = ink[i - width];
                around[1] = ink[i - width + 1];
                around[2] = ink[i + 1];
                around[3] = ink[i + width + 1];
                around[4] = ink[i + width];
                around[5] = ink[i + width - 1];
                around[6] = ink[i - 1];
                around[7] = ink[i - width - 1];
                if (IsRemovable(around, first))
                    removed.Add(i);
            }
        }
        foreach (int i in removed)
            ink[i] = false;
        return removed.Count > 0;
    }

    private static bool IsRemovable(ReadOnlySpan<bool> around, bool first)
    {
        int neighbours = 0, rises = 0;
        for (int i = 0; i < 8; i++)
        {
            neighbours += around[i] ? 1 : 0;
            rises += !around[i] && around[(i + 1) % 8] ? 1 : 0;
        }
        bool n = around[0], e = around[2], s = around[4], w = around[6];
        return neighbours is >= 2 and <= 6 && rises == 1
            && (first ? !(n && e && s) && !(e && s && w) : !(n && e && w) && !(n && s && w));
    }
}
