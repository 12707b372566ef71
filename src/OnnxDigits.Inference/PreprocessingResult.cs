namespace OnnxDigits.Inference;

/// <summary>What <see cref="DigitPreprocessing"/> found out about an image.</summary>
/// <param name="IsBlank">There is no ink on the image; the output is all background.</param>
/// <param name="Inverted">The ink was darker than its background, so the image was inverted.</param>
public readonly record struct PreprocessingResult(bool IsBlank, bool Inverted);
