namespace OnnxDigits.Imaging;

/// <summary>An image file cannot be decoded; the message says which and why.</summary>
public sealed class ImageFileException : Exception
{
    /// <summary>Makes the exception from its one sentence.</summary>
    public ImageFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
