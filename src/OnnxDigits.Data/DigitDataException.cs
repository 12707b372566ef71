namespace OnnxDigits.Data;

/// <summary>The exception that is thrown when digits cannot be found, downloaded or read.</summary>
/// <param name="message">A sentence for the user: what is wrong, in which file, and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class DigitDataException(string message, Exception? innerException = null)
    : Exception(message, innerException);
