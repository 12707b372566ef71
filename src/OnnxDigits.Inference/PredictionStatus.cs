namespace OnnxDigits.Inference;

/// <summary>Specifies whether a prediction is reliable.</summary>
public enum PredictionStatus
{
    /// <summary>
    /// The confidence reaches <see cref="DigitClassifierOptions.ConfidenceThreshold"/>, and the picture does not show
    /// several digits.
    /// </summary>
    Ok,

    /// <summary>
    /// The confidence is too low, or the picture shows several digits. <see cref="DigitPrediction.Reason"/> states the
    /// reason.
    /// </summary>
    Uncertain,

    /// <summary>The image has no ink, so there is no digit.</summary>
    Blank,
}
