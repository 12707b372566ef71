using OnnxDigits.Data;

namespace CrossCheck;

/// <summary>A way to run one of the shipped models. The suite is written once and runs on each.</summary>
public interface IDigitBackend : IDisposable
{
    /// <summary>Probabilities [N, 10], row by row.</summary>
    float[] Run(DigitImages images);
}
