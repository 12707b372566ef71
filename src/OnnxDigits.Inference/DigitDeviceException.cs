namespace OnnxDigits.Inference;

/// <summary>A device was asked for that is not there; the message names the missing library and its package.</summary>
public sealed class DigitDeviceException : Exception
{
    /// <summary>Makes the exception from its one sentence.</summary>
    public DigitDeviceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
