namespace TorchOnnx;

/// <summary>
/// The exception that is thrown when a model cannot be quantized or when its error exceeds the bound.
/// </summary>
public sealed class QuantizationException : Exception
{
    internal QuantizationException(string message, QuantizationReport? report = null) : base(message) =>
        Report = report;

    /// <summary>
    /// Gets the report of the comparison that exceeded <see cref="QuantizationOptions.MaxRelativeError"/>, or
    /// <see langword="null"/> if the model could not be quantized.
    /// </summary>
    public QuantizationReport? Report { get; }
}
