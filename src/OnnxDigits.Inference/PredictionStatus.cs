namespace OnnxDigits.Inference;

/// <summary>How far a prediction can be relied on.</summary>
public enum PredictionStatus
{
    /// <summary>The confidence reaches the threshold.</summary>
    Ok,

    /// <summary>The best digit's confidence is below <see cref="DigitClassifierOptions.ConfidenceThreshold"/>.</summary>
    Uncertain,

    /// <summary>There is nothing on the image: no digit is named.</summary>
    Blank,
}
