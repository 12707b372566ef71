using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Specifies how SkiaSharp decodes a part of an image.</summary>
internal enum RowAccess
{
    /// <summary>The image is decoded as a whole.</summary>
    All,

    /// <summary>The rows are decoded one after the other.</summary>
    Scanlines,

    /// <summary>A range of rows is decoded in a pass over the file.</summary>
    Subsets,
}

/// <summary>Represents the properties of an image file that affect its decoding.</summary>
internal readonly record struct ImageHeader()
{
    /// <summary>The number of bytes that identify each supported format.</summary>
    public const int SignatureLength = 16;

    /// <summary>
    /// Gets the memory that the decoder allocates in addition to the result, in bytes per pixel of the rows that it
    /// decodes at a time.
    /// </summary>
    public double DecoderBytesPerPixel { get; init; }

    /// <summary>Gets the largest number of pixels that one byte of the file can encode.</summary>
    /// <remarks>
    /// The default is the limit of GIF, 4,096 pixels in 12 bits. WebP exceeds it only for blank images.
    /// </remarks>
    public long MaxPixelsPerByte { get; init; } = 4096 * 8 / 12;

    /// <summary>Gets the EXIF orientation if SkiaSharp ignores it in this format.</summary>
    public SKEncodedOrigin Origin { get; init; } = SKEncodedOrigin.TopLeft;

    /// <summary>Gets the factor of <see cref="ImageFileOptions.MaxPixels"/> for this format.</summary>
    public int MaxPixelsFactor { get; init; } = 1;

    /// <summary>Gets the way in which SkiaSharp decodes a part of the rows.</summary>
    public RowAccess Rows { get; init; }

    /// <summary>Gets a value that indicates whether SkiaSharp can reduce the picture while it decodes it.</summary>
    public bool IsScalable { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the file is complete. Some decoders return a truncated file as a blurred
    /// picture.
    /// </summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="ImageFileException">The format is not supported.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> file, string? name)
    {
        if (file.StartsWith(PngHeader.Signature)) return PngHeader.Read(file);
        if (file.StartsWith(JpegHeader.Signature)) return JpegHeader.Read(file);
        if (file.Length >= SignatureLength && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
        {
            return new()
            {
                // Lossless pixels and alpha channels are decoded into a separate buffer.
                DecoderBytesPerPixel = file[12..].StartsWith("VP8 "u8) ? 0 : 4,
                IsScalable = true,
                IsComplete = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) <= file.Length - 8,
            };
        }
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return GifHeader.Read(file);
        if (file.StartsWith("BM"u8)) return new() { Rows = RowAccess.Scanlines, IsComplete = HasRunLengths(file) };
        throw ImageFileException.For(name, ForeignFormat.Describe(file));
    }

    /// <summary>
    /// Indicates whether a BMP file contains all of its run lengths. The decoder detects other missing pixels.
    /// </summary>
    private static bool HasRunLengths(ReadOnlySpan<byte> file)
    {
        const int CompressionAt = 30, PixelsAt = 10, PixelBytesAt = 34;
        if (file.Length < PixelBytesAt + 4 || file[CompressionAt] is not (1 or 2)) return true;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(file[PixelsAt..]);
        return start + BinaryPrimitives.ReadUInt32LittleEndian(file[PixelBytesAt..]) <= file.Length;
    }
}
