namespace OnnxDigits.Inference.Preprocessing;

/// <summary>Recognizes pictures that clearly show several digits.</summary>
internal static class SeveralDigits
{
    // The least height of a digit, as a share of the highest one. The bar of a 5 is lower.
    private const double MinHeight = 0.55;

    // Two strokes of one 4 or 0 are together narrower than high.
    private const double MinPairWidth = 1;

    /// <summary>
    /// Indicates whether components stand side by side: at least three, or two that are together wider than high.
    /// </summary>
    public static bool AreIn(IReadOnlyList<InkBounds> components)
    {
        if (components.Count < 2) return false;
        int height = components.Max(box => box.Height), groups = 0, left = 0, right = -1;
        foreach (InkBounds box in components.Where(box => box.Height >= MinHeight * height).OrderBy(box => box.Left))
        {
            if (groups == 0) left = box.Left;
            if (box.Left > right) groups++;
            right = Math.Max(right, box.Right);
        }
        return groups >= 3 || (groups == 2 && right - left + 1 >= MinPairWidth * height);
    }
}
