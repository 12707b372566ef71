namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Finds a frame around the digit: a rim, a box of a form, or a page of the other polarity on a darker ground.
/// </summary>
/// <param name="Inside">The area within the frame.</param>
/// <param name="IsPage">Indicates whether the frame is a page, on which the digit has the polarity of the ground.</param>
internal sealed record Frame(InkBounds Inside, bool IsPage)
{
    // A frame's sides, as a share of the picture's.
    private const double MinSide = 0.3;

    // How far a side may deviate from the edge of its bounds, as a share of the other side, and how much of it must
    // have ink. Frames drawn by hand are uneven, and the bounds of a round 0 are empty in the corners.
    private const double MaxDepth = 0.08;
    private const double MinCoverage = 0.95;

    // The share of a side's places that decides its thickness. At the corners, the adjacent side is as long as the frame.
    private const double TypicalShare = 0.8;

    // Sides wider than this share of the frame are no lines: the frame is a page.
    private const double MaxThickness = 0.3;

    /// <summary>Returns the largest frame, or <see langword="null"/> if there is none.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    public static Frame? Find(GrayImage ink, Components components)
    {
        Frame? frame = null;
        int largest = 0;
        for (int i = 0; i < components.Bounds.Count; i++)
        {
            InkBounds box = components.Bounds[i];
            if (box.Width < MinSide * ink.Width || box.Height < MinSide * ink.Height || box.Area <= largest) continue;
            if (Match(ink, components, i) is { } match) (largest, frame) = (box.Area, match);
        }
        return frame;
    }

    /// <summary>Returns a component as a frame, or <see langword="null"/> if it is none.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="components">The components of the ink.</param>
    /// <param name="label">The label of the component.</param>
    /// <param name="typicalShare">
    /// The share of a side's places that decides its thickness. A digit may touch the other places.
    /// </param>
    public static Frame? Match(
        GrayImage ink, Components components, int label, double typicalShare = TypicalShare)
    {
        InkBounds box = components.Bounds[label];
        int? left = Thickness(box.Height, box.Width, typicalShare, (at, depth) => Has(box.Left + depth, box.Top + at));
        int? right = Thickness(
            box.Height, box.Width, typicalShare, (at, depth) => Has(box.Right - depth, box.Top + at));
        int? top = Thickness(box.Width, box.Height, typicalShare, (at, depth) => Has(box.Left + at, box.Top + depth));
        int? bottom = Thickness(
            box.Width, box.Height, typicalShare, (at, depth) => Has(box.Left + at, box.Bottom - depth));
        if (left is null || right is null || top is null || bottom is null) return null;

        bool isPage = Math.Max(left.Value, right.Value) > MaxThickness * box.Width
            || Math.Max(top.Value, bottom.Value) > MaxThickness * box.Height;
        InkBounds inside = isPage
            ? new(box.Left + 1, box.Top + 1, box.Right - 1, box.Bottom - 1)
            : new(box.Left + left.Value, box.Top + top.Value, box.Right - right.Value, box.Bottom - bottom.Value);
        return inside is { Width: > 0, Height: > 0 } ? new Frame(inside, isPage) : null;

        bool Has(int x, int y) => components.Labels[(y * ink.Width) + x] == label;
    }

    // Returns how many pixels of depth a side takes, or null if the side has gaps.
    private static int? Thickness(int length, int breadth, double typicalShare, Func<int, int, bool> has)
    {
        int reach = Math.Max(1, (int)(MaxDepth * breadth));
        var ends = new List<int>();
        for (int at = 0; at < length; at++)
        {
            int depth = 0;
            while (depth <= reach && !has(at, depth)) depth++;
            if (depth > reach) continue;
            while (depth < breadth && has(at, depth)) depth++;
            ends.Add(depth);
        }
        if (ends.Count < MinCoverage * length) return null;
        ends.Sort();
        return ends[(int)(typicalShare * (ends.Count - 1))];
    }
}
