using System.ComponentModel.DataAnnotations;
using OnnxDigits.Data;

namespace OnnxDigits.Training.Recipes;

/// <summary>Represents the numbers of images that <see cref="DigitGenerator"/> adds to the training images.</summary>
public sealed record DrawnImages
{
    /// <summary>Gets the number of digits in MNIST's styles. See <see cref="DigitGenerator.Draw"/>.</summary>
    [Range(0, int.MaxValue)]
    public int Digits { get; init; }

    /// <summary>
    /// Gets the number of digits in styles that MNIST lacks. See <see cref="DigitGenerator.DrawRare"/>.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int RareDigits { get; init; }

    /// <summary>
    /// Gets the number of images without a digit. See <see cref="DigitGenerator.DrawNonDigits"/>. The network learns to
    /// give each digit the same probability on them.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int NonDigits { get; init; }
}
