namespace OnnxDigits.Data;

/// <summary>
/// Digits could not be found, fetched or read. The message is one sentence that can be shown as it is.
/// </summary>
/// <param name="message">One sentence: what, where, what to do.</param>
/// <param name="innerException">The cause, where there is one.</param>
public class DigitDataException(string message, Exception? innerException = null) : Exception(message, innerException);
