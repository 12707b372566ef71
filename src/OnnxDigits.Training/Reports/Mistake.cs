namespace OnnxDigits.Training.Reports;

/// <summary>A test image whose digit is wrong.</summary>
/// <param name="Index">Its place in the test set, 0 for the first.</param>
/// <param name="Label">The digit it shows, 0 to 9.</param>
/// <param name="Digit">The digit it was read as.</param>
/// <param name="Probability">Of the digit it was read as, 0..1.</param>
internal sealed record Mistake(int Index, int Label, int Digit, float Probability);
