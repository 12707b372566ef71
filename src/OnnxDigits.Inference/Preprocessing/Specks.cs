namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Removes specks far from the digit, and ink at the edge of the picture that isn't part of it.</summary>
internal static class Specks
{
    // A speck's longer side and its distance from the largest component, as shares of that component's longer side.
    private const double MaxSize = 0.08;
    private const double MinDistance = 0.12;

    // The same for ink at the edge, such as a part of the next digit on a sheet.
    private const double MaxSizeAtEdge = 0.5;

    public static void Remove(GrayImage ink, Components components)
    {
        if (components.Bounds.Count < 2) return;
        InkBounds largest = components.Bounds.MaxBy(box => box.Area);
        bool[] isSpeck = [.. components.Bounds.Select(box => IsSpeck(box, largest, ink))];
        if (!isSpeck.Contains(true)) return;
        for (int i = 0; i < ink.Values.Length; i++)
        {
            if (components.Labels[i] >= 0 && isSpeck[components.Labels[i]]) ink.Values[i] = 0;
        }
    }

    private static bool IsSpeck(InkBounds box, InkBounds largest, GrayImage ink)
    {
        bool isCut = IsAtEdge(box, ink) && !IsAtEdge(largest, ink);
        if (box.Longer > (isCut ? MaxSizeAtEdge : MaxSize) * largest.Longer) return false;
        int right = Math.Max(box.Left - largest.Right, largest.Left - box.Right);
        int down = Math.Max(box.Top - largest.Bottom, largest.Top - box.Bottom);
        return Math.Max(right, down) > MinDistance * largest.Longer;
    }

    private static bool IsAtEdge(InkBounds box, GrayImage ink)
    {
        int margin = 1 + (Math.Min(ink.Width, ink.Height) / 100);
        return box.Left < margin || box.Top < margin || box.Right >= ink.Width - margin
            || box.Bottom >= ink.Height - margin;
    }
}
