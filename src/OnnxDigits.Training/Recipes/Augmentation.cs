using System.ComponentModel.DataAnnotations;

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
    [Range(0.0, 180.0)]
    public double Rotation { get; init; }

    /// <summary>Gets the largest change of size per axis, as a fraction: 0.1 scales by 90 % to 110 %.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Scale { get; init; }

    /// <summary>Gets the largest slant, in pixels of width per pixel of height.</summary>
    [Range(0.0, double.MaxValue)]
    public double Shear { get; init; }

    /// <summary>Gets the largest shift per axis, in pixels.</summary>
    [Range(0.0, 28.0)]
    public double Shift { get; init; }

    /// <summary>
    /// Gets the standard deviation of the elastic displacement at the points of a 5×5 grid, in pixels.
    /// </summary>
    [Range(0.0, double.MaxValue)]
    public double Elastic { get; init; }

    /// <summary>
    /// Gets the largest change of stroke thickness, 0 to 1. At 1, each pixel becomes the maximum or minimum of its 3×3
    /// neighbours.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Thickness { get; init; }

    /// <summary>
    /// Gets the largest standard deviation of Gaussian noise on the pixels, which range from 0 to 1. Half of the images
    /// get none.
    /// </summary>
    [Range(0.0, double.MaxValue)]
    public double Noise { get; init; }
}
