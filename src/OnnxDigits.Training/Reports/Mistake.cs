namespace OnnxDigits.Training.Reports;

/// <summary>Represents a test image that the network misclassified.</summary>
/// <param name="Index">The index of the image in the test set.</param>
/// <param name="Label">The true digit, 0 to 9.</param>
/// <param name="Digit">The predicted digit, 0 to 9.</param>
/// <param name="Confidence">The probability of the predicted digit, 0..1.</param>
public sealed record Mistake(int Index, int Label, int Digit, float Confidence);
