namespace OnnxDigits.Inference;

/// <summary>What <see cref="DigitClassifier"/> did with a picture.</summary>
/// <param name="Inverted">The ink was darker than its background, so the picture was inverted.</param>
/// <param name="Preprocessing">The time that bringing it into MNIST's form took.</param>
/// <param name="Run">The time in the network; zero where the picture is blank.</param>
public readonly record struct ClassificationDetails(bool Inverted, TimeSpan Preprocessing, TimeSpan Run);
