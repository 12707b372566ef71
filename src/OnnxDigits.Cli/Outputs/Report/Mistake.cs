namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>An image, 28 × 28 bytes as the network saw them, that was read as another digit than its label.</summary>
internal sealed record Mistake(string Path, int Label, int Digit, float Confidence, byte[] Image);
