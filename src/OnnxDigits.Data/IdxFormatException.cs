namespace OnnxDigits.Data;

/// <summary>An IDX file, or a pair of them, does not hold what it must.</summary>
/// <param name="error">What is wrong.</param>
/// <param name="message">One sentence: the file, what was found and expected, what to do.</param>
/// <param name="innerException">The cause, where another component found it.</param>
public sealed class IdxFormatException(IdxError error, string message, Exception? innerException = null)
    : DigitDataException(message, innerException)
{
    /// <summary>What is wrong.</summary>
    public IdxError Error { get; } = error;
}
