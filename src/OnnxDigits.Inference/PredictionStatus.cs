namespace OnnxDigits.Inference;

/// <summary>Specifies whether a prediction can be relied on.</summary>
public enum PredictionStatus
{
    /// <summary>The confidence reaches <see cref="DigitClassifierOptions.ConfidenceThreshold"/>.</summary>
    Ok,

    /// <summary>
    /// The network hesitates, or the picture shows several digits. <see cref="DigitPrediction.Reason"/> tells which.
    /// </summary>
    Uncertain,

    /// <summary>The image has no ink, so no digit is named.</summary>
    Blank,
}
