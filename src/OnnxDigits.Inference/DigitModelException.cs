namespace OnnxDigits.Inference;

/// <summary>A model file cannot be used; the message says which, why, and what to do.</summary>
public sealed class DigitModelException : Exception
{
    /// <summary>Makes the exception from its one sentence.</summary>
    public DigitModelException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
