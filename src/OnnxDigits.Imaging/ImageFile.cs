using OnnxDigits.Imaging.Decoding;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>Decodes PNG, JPEG, WebP, GIF and BMP files.</summary>
/// <remarks>
/// The content decides the format, not the file extension. Animations are decoded to their first frame. Files of other
/// formats never reach the native decoders, and a file whose header exceeds a limit is rejected before memory is
/// allocated.
/// </remarks>
/// <example>
/// <code>
/// using var classifier = new DigitClassifier();
/// DecodedImage image = ImageFile.Decode("photo.jpg");
/// DigitPrediction prediction = classifier.Classify(image.Raster);
/// </code>
/// </example>
public static class ImageFile
{
    /// <summary>The largest number of pixels in an image: 50 million.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>The length in bytes that a file or stream must not reach: 128 MiB.</summary>
    public const long MaxFileLength = 128L << 20;

    /// <summary>The largest memory in bytes for a file, its pixels and the decoder together: 256 MiB.</summary>
    public const long MaxMemory = 256L << 20;

    /// <summary>Gets the extensions of the supported formats, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>Decodes an image file.</summary>
    /// <param name="path">The path of a regular file, or of a symbolic link to one.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">
    /// The file cannot be read or decoded, is a pipe or a device, or exceeds a limit.
    /// </exception>
    public static DecodedImage Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageDecoder.Decode(ImageBytes.Read(path), path);
    }

    /// <inheritdoc cref="Decode(Stream, string)"/>
    public static DecodedImage Decode(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ImageDecoder.Decode(ImageBytes.Read(stream, name: null), name: null);
    }

    /// <summary>Decodes an image from a stream, which is read to its end and left open.</summary>
    /// <param name="stream">The contents of an image file. At most <see cref="MaxFileLength"/> bytes are read.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">The stream cannot be read or decoded, or exceeds a limit.</exception>
    public static DecodedImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return ImageDecoder.Decode(ImageBytes.Read(stream, name), name);
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string)"/>
    public static DecodedImage Decode(ReadOnlySpan<byte> file) => ImageDecoder.Decode(file, name: null);

    /// <summary>Decodes the contents of an image file.</summary>
    /// <param name="file">The contents of the whole file.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">The contents cannot be decoded or exceed a limit.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ImageDecoder.Decode(file, name);
    }

    /// <summary>Decodes an image file and classifies the digit in it.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="path">The path of a regular file, or of a symbolic link to one.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ImageFileException">
    /// The file cannot be read or decoded, is a pipe or a device, or exceeds a limit.
    /// </exception>
    public static DigitPrediction ClassifyFile(this DigitClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.Classify(Decode(path).Raster);
    }
}
