namespace OnnxDigits.Inference;

/// <summary>
/// The exception that is thrown when a device is not available, fails, or gives other results than the CPU. The message
/// states the reason and what to do.
/// </summary>
public sealed class DigitDeviceException : Exception
{
    /// <summary>Initializes the exception with a message.</summary>
    /// <param name="message">The device, the reason and what to do.</param>
    public DigitDeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with a message and its cause.</summary>
    /// <param name="message">The device, the reason and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DigitDeviceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
