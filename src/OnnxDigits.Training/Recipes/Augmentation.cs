namespace OnnxDigits.Training.Recipes;

/// <summary>How far the images of a step are changed, so that no image is seen twice alike.</summary>
/// <remarks>
/// Affine maps and elastic displacements as in P. Simard, D. Steinkraus and J. Platt, Best practices for convolutional
/// neural networks applied to visual document analysis, 2003. Every strength is the end of a range that is drawn from
/// evenly; 0 leaves it out.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>Rotation to either side, in degrees.</summary>
    public double Rotation { get; init; }

    /// <summary>Change of size on each axis by itself: 0.1 is 90 % to 110 %.</summary>
    public double Scale { get; init; }

    /// <summary>Slant: pixels to the side per pixel of height.</summary>
    public double Shear { get; init; }

    /// <summary>Shift on each axis, in pixels.</summary>
    public double Shift { get; init; }

    /// <summary>Standard deviation of the elastic displacement at the points of a coarse grid, in pixels.</summary>
    public double Elastic { get; init; }

    /// <summary>How much a stroke grows or shrinks: 1 is the largest or smallest of each 3×3 pixels in its place.</summary>
    public double Thickness { get; init; }

    /// <summary>
    /// How much of its ink a stroke may lose where the pen presses least, 0..1: 0.7 leaves down to 0.3. Half of the images
    /// keep theirs.
    /// </summary>
    public double Pressure { get; init; }

    /// <summary>The largest standard deviation of noise on the pixels, 0..1. Half of the images have none.</summary>
    public double Noise { get; init; }
}
