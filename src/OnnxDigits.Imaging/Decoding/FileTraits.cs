using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>What an image file's first bytes tell without decoding it.</summary>
internal readonly record struct FileTraits()
{
    /// <summary>So many bytes decide the format.</summary>
    public const int SignatureLength = 16;

    /// <summary>Memory that the decoder takes beside the decoded pixels, in bytes per pixel.</summary>
    public double DecoderBytesPerPixel { get; init; }

    /// <summary>
    /// A file with more pixels for each of its bytes is cut short, or a bomb. The default is the best that GIF does,
    /// 4,096 pixels for 12 bits; WebP can do better, but only on a page with nothing on it.
    /// </summary>
    public long MostPixelsPerByte { get; init; } = 4096 * 8 / 12;

    /// <summary>The orientation, where the decoder does not read it itself.</summary>
    public SKEncodedOrigin Origin { get; init; } = SKEncodedOrigin.Default;

    /// <summary>The decoder gives row after row where it is asked to.</summary>
    public bool DecodesRows { get; init; }

    /// <summary>Sixteen bits of grey without transparency, which the decoder would cut to eight.</summary>
    public bool IsGray16 { get; init; }

    /// <exception cref="ImageFileException">It is no image of a format that is read.</exception>
    public static void CheckSignature(ReadOnlySpan<byte> file, string name) => Read(file, name);

    /// <exception cref="ImageFileException">It is no image of a format that is read.</exception>
    public static FileTraits Read(ReadOnlySpan<byte> file, string name)
    {
        if (file.StartsWith(PngFile.Signature))
            return PngFile.ReadTraits(file);
        if (file.StartsWith(JpegFile.Signature))
            return JpegFile.ReadTraits(file);
        if (file.Length >= SignatureLength && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            // Lossless pixels, and an alpha channel's, are decoded into a picture of their own and copied.
            return new() { DecoderBytesPerPixel = file[12..].StartsWith("VP8 "u8) ? 0 : 4 };
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) || file.StartsWith("BM"u8))
            return new();
        string kind = ForeignFormat.NameOf(file) is { } foreign ? $" but {foreign}" : "";
        throw new ImageFileException(
            $"'{name}' is not an image that is read{kind}: give a PNG, JPEG, WebP, GIF or BMP file.");
    }
}
