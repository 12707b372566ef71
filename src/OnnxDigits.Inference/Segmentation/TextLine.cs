using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>A line of writing, which may slope.</summary>
internal sealed class TextLine
{
    // The least vertical overlap of a part with an anchor of its line, as a fraction of the smaller height.
    private const double MinOverlap = 0.3;

    // A line's anchors are its parts that are at least this fraction as high as the anchor before them. The next part
    // is compared with the nearest ones, so that a single misplaced part doesn't divide the line.
    private const double MinAnchor = 0.5;
    private const int Anchors = 3;

    // Smaller parts may lie this much above or below the anchor, as a multiple of the anchor's height.
    private const double Margin = 0.2;

    // The slope is the median over at least this many pairs of neighbors whose heights are at least this similar.
    private const int MinNeighbors = 4;
    private const double MinSimilarity = 0.7;

    private readonly List<Part> _parts = [];
    private readonly List<Part> _anchors = [];

    private TextLine(Part first)
    {
        _anchors.Add(first);
        _parts.Add(first);
    }

    /// <summary>Gets the high parts from left to right, followed by the low parts from left to right.</summary>
    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>Gets the typical height of the writing.</summary>
    public int Height => TypicalHeight([.. _parts.Select(part => part.Bounds)])!.Value;

    /// <summary>
    /// Returns the median height of parts, each weighted by its height, or <see langword="null"/> if there are none.
    /// </summary>
    public static int? TypicalHeight(IReadOnlyList<InkBounds> parts)
    {
        int[] heights = [.. parts.Select(box => box.Height).Order()];
        long half = heights.Sum(height => (long)height) / 2;
        foreach (int height in heights)
        {
            half -= height;
            if (half <= 0) return height;
        }
        return null;
    }

    /// <summary>Groups parts into lines, from the top of the page to its bottom.</summary>
    public static IReadOnlyList<TextLine> Group(IReadOnlyList<Part> parts)
    {
        double slope = MeasureSlope(parts);
        double least = MinAnchor * (TypicalHeight([.. parts.Select(part => part.Bounds)]) ?? 0);
        var lines = new List<TextLine>();
        // Small parts come last, so that the rest of a ruled line doesn't attract digits.
        foreach (Part part in parts.OrderBy(part => part.Bounds.Height < least).ThenBy(part => part.Bounds.Left))
        {
            TextLine? best = null;
            double most = MinOverlap;
            foreach (TextLine line in lines)
            {
                double overlap = line._anchors.OrderBy(anchor => Math.Abs(anchor.CenterX - part.CenterX)).Take(Anchors)
                    .Max(anchor => Overlap(part, anchor, slope));
                if (overlap > most) (most, best) = (overlap, line);
            }
            if (best is null)
            {
                lines.Add(new TextLine(part));
            }
            else
            {
                best.Add(part);
            }
        }
        return [.. lines.OrderBy(line => line._anchors[^1].CenterY - (slope * line._anchors[^1].CenterX))];
    }

    private void Add(Part part)
    {
        _parts.Add(part);
        if (part.Bounds.Height >= MinAnchor * _anchors[^1].Bounds.Height) _anchors.Add(part);
    }

    // Returns the vertical overlap of a part with an anchor along the slope, as a fraction of the smaller height.
    private static double Overlap(Part part, Part anchor, double slope)
    {
        double down = slope * (part.CenterX - anchor.CenterX);
        // The bar of a 5 may be a little higher than the digits beside it.
        double margin = part.Bounds.Height < MinAnchor * anchor.Bounds.Height ? Margin * anchor.Bounds.Height : 0;
        double top = Math.Max(part.Bounds.Top, anchor.Bounds.Top + down - margin);
        double bottom = Math.Min(part.Bounds.Bottom, anchor.Bounds.Bottom + down + margin);
        return (bottom - top + 1) / Math.Min(part.Bounds.Height, anchor.Bounds.Height);
    }

    // Returns the median slope from each part to its right neighbor.
    private static double MeasureSlope(IReadOnlyList<Part> parts)
    {
        var slopes = new List<double>();
        foreach (Part part in parts)
        {
            Part? right = parts.Where(other => other.CenterX > part.Bounds.Right
                    && other.Bounds.Top < part.CenterY && other.Bounds.Bottom > part.CenterY
                    && IsSimilar(other.Bounds.Height, part.Bounds.Height))
                .MinBy(other => other.CenterX);
            if (right is null || right.CenterX - part.CenterX > 3 * part.Bounds.Height) continue;
            slopes.Add((right.CenterY - part.CenterY) / (right.CenterX - part.CenterX));
        }
        if (slopes.Count < MinNeighbors) return 0;
        slopes.Sort();
        return slopes[slopes.Count / 2];
    }

    private static bool IsSimilar(int height, int other) =>
        Math.Min(height, other) >= MinSimilarity * Math.Max(height, other);
}
