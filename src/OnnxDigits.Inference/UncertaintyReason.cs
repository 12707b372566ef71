namespace OnnxDigits.Inference;

/// <summary>Specifies why a prediction is <see cref="PredictionStatus.Uncertain"/>.</summary>
public enum UncertaintyReason
{
    /// <summary>The prediction is not uncertain.</summary>
    None,

    /// <summary>The confidence is below <see cref="DigitClassifierOptions.ConfidenceThreshold"/>.</summary>
    LowConfidence,

    /// <summary>
    /// The picture shows several digits, whatever the confidence. <see cref="DigitClassifier.ReadAll"/> reads them all.
    /// </summary>
    SeveralDigits,
}
