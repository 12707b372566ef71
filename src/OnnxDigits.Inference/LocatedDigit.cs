using System.Drawing;

namespace OnnxDigits.Inference;

/// <summary>Represents a digit that <see cref="DigitClassifier.ReadAll"/> found on a picture.</summary>
public readonly struct LocatedDigit
{
    /// <summary>Gets the smallest rectangle around the digit's ink, in pixels of the picture.</summary>
    public Rectangle Box { get; init; }

    /// <summary>Gets the digit with its confidence.</summary>
    public DigitPrediction Prediction { get; init; }

    /// <summary>Gets the index of the line of writing that the digit is on, from 0 at the top.</summary>
    public int Line { get; init; }

    /// <summary>Returns the digit with its confidence and place, such as "7 (98.5 %) at 120, 40".</summary>
    public override string ToString() => $"{Prediction} at {Box.X}, {Box.Y}";
}
