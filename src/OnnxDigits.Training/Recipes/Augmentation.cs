namespace OnnxDigits.Training.Recipes;

/// <summary>Represents the strength of the random changes that vary the training images from epoch to epoch.</summary>
/// <remarks>
/// Affine maps and elastic displacements follow P. Simard, D. Steinkraus and J. Platt, Best practices for convolutional
/// neural networks applied to visual document analysis, 2003. Each image draws its own values, uniformly up to the
/// strength in both directions. A strength of 0 turns the change off.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>Gets the largest rotation, in degrees.</summary>
    public double Rotation { get; init; }

    /// <summary>Gets the largest change of size per axis, as a fraction: 0.1 scales by 90 % to 110 %.</summary>
    public double Scale { get; init; }

    /// <summary>Gets the largest slant, in pixels of width per pixel of height.</summary>
    public double Shear { get; init; }

    /// <summary>Gets the largest shift per axis, in pixels.</summary>
    public double Shift { get; init; }

    /// <summary>
    /// Gets the standard deviation of the elastic displacement at the points of a 5×5 grid, in pixels.
    /// </summary>
    public double Elastic { get; init; }

    /// <summary>
    /// Gets the largest change of stroke thickness, 0 to 1. At 1, each pixel becomes the maximum or minimum of its 3×3
    /// neighbours.
    /// </summary>
    public double Thickness { get; init; }

    /// <summary>
    /// Gets the largest standard deviation of Gaussian noise on the pixels, which range from 0 to 1. Half of the images
    /// get none.
    /// </summary>
    public double Noise { get; init; }
}
