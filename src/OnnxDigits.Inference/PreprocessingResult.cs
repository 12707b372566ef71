namespace OnnxDigits.Inference;

/// <summary>Represents the findings of <see cref="DigitPreprocessing"/> about one picture.</summary>
public readonly struct PreprocessingResult
{
    /// <summary>
    /// Gets a value that indicates whether the picture has no ink. The prepared image is then all background.
    /// </summary>
    public bool IsBlank { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the picture clearly shows several digits. Only one digit is prepared well,
    /// so the prediction can't be relied on.
    /// </summary>
    public bool HasSeveralDigits { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the ink was darker than its background, so that the picture was inverted.
    /// </summary>
    public bool Inverted { get; init; }
}
