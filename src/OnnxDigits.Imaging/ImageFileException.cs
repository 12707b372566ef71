namespace OnnxDigits.Imaging;

/// <summary>The exception that is thrown when an image file cannot be read or decoded.</summary>
public sealed class ImageFileException : Exception
{
    /// <summary>Initializes a new instance with a message.</summary>
    /// <param name="message">The message that names the file and the reason.</param>
    public ImageFileException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and the exception that caused it.</summary>
    /// <param name="message">The message that names the file and the reason.</param>
    /// <param name="innerException">The exception that caused this one, or <c>null</c> if there is none.</param>
    public ImageFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a file, or for an image without a name.</summary>
    internal static ImageFileException For(string? name, string problem, Exception? innerException = null) =>
        new($"Cannot read {(name is null ? "the image" : $"'{name}'")}: {problem}", innerException);
}
