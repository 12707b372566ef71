using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Segmentation;

/// <summary>A piece of a page's ink: a digit, a part of one, several that touch, or something else.</summary>
/// <param name="Labels">The labels of its pixels.</param>
/// <param name="Bounds">The smallest rectangle around it.</param>
internal sealed record Part(int[] Labels, InkBounds Bounds)
{
    /// <summary>
    /// Gets the number of strokes across the cut that divides it from the piece on its left: 0 for the first piece, and
    /// <see langword="null"/> if it was not cut.
    /// </summary>
    public int? Cut { get; init; }

    public double CenterX => (Bounds.Left + Bounds.Right) / 2.0;

    public double CenterY => (Bounds.Top + Bounds.Bottom) / 2.0;

    public Part Union(Part other) => new([.. Labels, .. other.Labels], Bounds.Union(other.Bounds));
}
