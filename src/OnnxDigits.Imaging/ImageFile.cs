using OnnxDigits.Imaging.Decoding;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging;

/// <summary>Decodes PNG, JPEG, WebP, GIF, BMP and TIFF files.</summary>
/// <remarks>
/// The content decides the format, not the file extension. Animations are decoded to their first frame. Truncated files
/// and TIFF files of several pages are rejected. Files of other formats never reach the native decoders. A file whose
/// header exceeds a limit is rejected before memory is allocated.
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
    /// <summary>The length in bytes that a file or stream must not reach: 80 million.</summary>
    public const long MaxFileLength = 80_000_000;

    /// <summary>The largest memory in bytes for a file, its pixels and the decoder together: 100 million.</summary>
    public const long MaxMemory = 100_000_000;

    private static readonly ImageFileOptions Defaults = new();

    /// <summary>Gets the extensions of the supported formats, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff"];

    /// <inheritdoc cref="Decode(string, ImageFileOptions)"/>
    public static DecodedImage Decode(string path) => Decode(path, Defaults);

    /// <summary>Decodes an image file.</summary>
    /// <param name="path">The path of a regular file, or of a symbolic link to one.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">
    /// The file cannot be read or decoded, is a pipe or a device, or exceeds a limit.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    public static DecodedImage Decode(string path, ImageFileOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        using var file = ImageBytes.Read(path);
        return ImageDecoder.Decode(file.Span, path, options);
    }

    /// <inheritdoc cref="Decode(Stream, string, ImageFileOptions)"/>
    public static DecodedImage Decode(Stream stream) => Decode(stream, name: null, Defaults);

    /// <inheritdoc cref="Decode(Stream, string, ImageFileOptions)"/>
    public static DecodedImage Decode(Stream stream, string? name) => Decode(stream, name, Defaults);

    /// <summary>Decodes an image from a stream, which is read to its end and left open.</summary>
    /// <param name="stream">The contents of an image file. At most <see cref="MaxFileLength"/> bytes are read.</param>
    /// <param name="name">The name of the image in error messages, or <c>null</c> if it has none.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">The stream cannot be read or decoded, or exceeds a limit.</exception>
    public static DecodedImage Decode(Stream stream, string? name, ImageFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        return ImageDecoder.Decode(ImageBytes.Read(stream, name), name, options);
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, ImageFileOptions)"/>
    public static DecodedImage Decode(ReadOnlySpan<byte> file) => Decode(file, name: null, Defaults);

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, ImageFileOptions)"/>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string? name) => Decode(file, name, Defaults);

    /// <summary>Decodes the contents of an image file.</summary>
    /// <param name="file">The contents of the whole file.</param>
    /// <param name="name">The name of the image in error messages, or <c>null</c> if it has none.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The decoded image.</returns>
    /// <exception cref="ImageFileException">The contents cannot be decoded or exceed a limit.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string? name, ImageFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ImageDecoder.Decode(file, name, options);
    }

    /// <summary>Decodes an image file and classifies the digit in it.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="path">The path of a regular file, or of a symbolic link to one.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ImageFileException">
    /// The file cannot be read or decoded, is a pipe or a device, or exceeds a limit.
    /// </exception>
    /// <exception cref="DigitModelException">
    /// The model's graph does not match its declared inputs and outputs, or an output is not finite.
    /// </exception>
    /// <exception cref="DigitDeviceException">
    /// A device other than the CPU was lost, ran out of memory, or returned a value that is not finite.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public static DigitPrediction ClassifyFile(this DigitClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.Classify(Decode(path).Raster);
    }
}
