namespace OnnxDigits.Inference;

/// <summary>
/// The exception that is thrown when a model cannot be used. The message states the reason and what to do.
/// </summary>
public sealed class DigitModelException : Exception
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The model, the reason and what to do.</param>
    public DigitModelException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with a message and its cause.</summary>
    /// <param name="message">The model, the reason and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DigitModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
