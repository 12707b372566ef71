namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Removes specks far from the digit.</summary>
internal static class Specks
{
    // A speck's longer side and its distance from the largest component, as shares of that component's longer side.
    private const double MaxSize = 0.08;
    private const double MinDistance = 0.12;

    public static void Remove(GrayImage ink, Components components)
    {
        if (components.Bounds.Count < 2) return;
        InkBounds largest = components.Bounds.MaxBy(box => box.Area);
        bool[] isSpeck = [.. components.Bounds.Select(box => IsSpeck(box, largest))];
        if (!isSpeck.Contains(true)) return;
        for (int i = 0; i < ink.Values.Length; i++)
        {
            if (components.Labels[i] >= 0 && isSpeck[components.Labels[i]]) ink.Values[i] = 0;
        }
    }

    private static bool IsSpeck(InkBounds box, InkBounds largest)
    {
        if (box.Longer > MaxSize * largest.Longer) return false;
        int right = Math.Max(box.Left - largest.Right, largest.Left - box.Right);
        int down = Math.Max(box.Top - largest.Bottom, largest.Top - box.Bottom);
        return Math.Max(right, down) > MinDistance * largest.Longer;
    }
}
