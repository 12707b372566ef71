using OnnxDigits.Imaging.Decoding;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>Reads PNG, JPEG, WebP, GIF and BMP files; of an animation, the first frame.</summary>
/// <remarks>
/// The content decides the format, not the name. Nothing else reaches the native decoders, and their memory is known
/// from the header: what would take more than <see cref="MaxMemory"/> is refused before any is taken.
/// </remarks>
public static class ImageFile
{
    /// <summary>The most pixels that are decoded: 50 million. A header that claims more is refused.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>The length, in bytes, from which a file is refused unread: 128 MiB.</summary>
    public const long MaxFileLength = 128L << 20;

    /// <summary>The most bytes that a file, its pixels and its decoder may take together: 256 MiB.</summary>
    public const long MaxMemory = 256L << 20;

    /// <summary>Names of files that hold images, by their endings, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>Decodes an image file: a regular file, or a symbolic link to one; never a pipe or a device.</summary>
    /// <exception cref="ImageFileException">The file cannot be read or decoded.</exception>
    public static DecodedImage Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(ImageBytes.Read(path), path);
    }

    /// <inheritdoc cref="Decode(Stream, string)"/>
    public static DecodedImage Decode(Stream stream) => Decode(stream, "the image");

    /// <summary>Decodes an image from a stream such as standard input, read to its end and left open.</summary>
    /// <param name="stream">The image file. After <see cref="MaxFileLength"/> bytes no more are taken from it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageFileException">
    /// The stream cannot be read, has not ended after <see cref="MaxFileLength"/> bytes, or cannot be decoded.
    /// </exception>
    public static DecodedImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Decode(ImageBytes.Read(stream, name), name);
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string)"/>
    public static DecodedImage Decode(ReadOnlySpan<byte> file) => Decode(file, "the image");

    /// <summary>Decodes the bytes of an image file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageFileException">The bytes cannot be decoded.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name) =>
        ImageDecoder.Decode(file, name);

    /// <summary>Decodes an image file and reads the digit on it.</summary>
    /// <exception cref="ImageFileException">The file cannot be read or decoded.</exception>
    public static DigitPrediction ClassifyFile(this DigitClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.Classify(Decode(path).Raster);
    }
}
