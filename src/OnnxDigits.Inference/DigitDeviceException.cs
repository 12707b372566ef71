namespace OnnxDigits.Inference;

/// <summary>
/// A device was asked for that is not there, where the message names the missing library and its package; or that gives other
/// results than the CPU.
/// </summary>
public sealed class DigitDeviceException : Exception
{
    /// <summary>Makes the exception from its one sentence.</summary>
    public DigitDeviceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
