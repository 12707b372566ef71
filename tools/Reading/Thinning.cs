namespace OnnxDigits.Tools.Reading;

/// <summary>Reduces strokes to their skeleton of one pixel.</summary>
/// <remarks>T. Y. Zhang and C. Y. Suen, A fast parallel algorithm for thinning digital patterns, 1984.</remarks>
internal static class Thinning
{
    public static bool[] Apply(bool[] ink, int width)
    {
        bool[] current = [.. ink];
        bool changed = true;
        while (changed)
        {
            changed = RemoveEdge(current, width, isFirst: true) | RemoveEdge(current, width, isFirst: false);
        }
        return current;
    }

    private static bool RemoveEdge(bool[] ink, int width, bool isFirst)
    {
        // Clockwise from the north: P2 to P9 in the paper.
        int[] offsets = [-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1];
        int[] removed =
        [
            .. from i in Enumerable.Range(width, ink.Length - 2 * width)
               where ink[i] && i % width > 0 && i % width < width - 1
                   && IsRemovable([.. offsets.Select(offset => ink[i + offset])], isFirst)
               select i,
        ];
        foreach (int i in removed) ink[i] = false;
        return removed.Length > 0;
    }

    private static bool IsRemovable(bool[] around, bool isFirst)
    {
        int neighbours = around.Count(isInk => isInk);
        int rises = Enumerable.Range(0, 8).Count(i => !around[i] && around[(i + 1) % 8]);
        (bool north, bool east, bool south, bool west) = (around[0], around[2], around[4], around[6]);
        return neighbours is >= 2 and <= 6 && rises == 1 && (isFirst
            ? !(north && east && south) && !(east && south && west)
            : !(north && east && west) && !(north && south && west));
    }
}
