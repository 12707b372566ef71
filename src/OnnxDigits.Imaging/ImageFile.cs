using OnnxDigits.Imaging.Internals;
using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging;

/// <summary>Reads PNG, JPEG, WebP, GIF and BMP files; of an animation, the first frame.</summary>
public static class ImageFile
{
    /// <summary>The most pixels that are decoded: 50 million, 200 MB of memory. A larger header is refused.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MaxFileLength = 256L << 20;

    /// <summary>Names of files that hold images, by their endings, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>Decodes an image file; its content decides the format, not its name.</summary>
    /// <exception cref="ImageFileException">The file cannot be read or decoded.</exception>
    public static DecodedImage Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(ReadFile(path), path);
    }

    /// <summary>Decodes an image file that is read from a stream to its end.</summary>
    /// <param name="stream">The file from here on; left open.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageFileException">The stream cannot be read or decoded.</exception>
    public static DecodedImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return Decode(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), name);
    }

    /// <summary>Decodes the bytes of an image file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageFileException">The bytes cannot be decoded.</exception>
    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name = "the image")
    {
        if (file.IsEmpty)
            throw new ImageFileException($"'{name}' is empty: there is no image in it.");
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        if (codec is null)
            throw new ImageFileException(
                $"'{name}' is not an image, or its start is damaged: give a PNG, JPEG, WebP, GIF or BMP file.");
        CheckSize(codec.Info, name);

        bool gray = codec.Info.ColorType == SKColorType.Gray8;
        var layout = gray ? PixelLayout.Gray8 : PixelLayout.Rgba32;
        var info = new SKImageInfo(
            codec.Info.Width,
            codec.Info.Height,
            gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            gray ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        byte[] pixels = new byte[info.BytesSize];
        var result = GetPixels(codec, info, pixels);
        if (result != SKCodecResult.Success)
            throw new ImageFileException(result == SKCodecResult.IncompleteInput
                ? $"'{name}' is truncated: the file ends before its {info.Width}×{info.Height} pixels do."
                : $"'{name}' is damaged and cannot be decoded ({result}).");
        return Orientation.Apply(codec.EncodedOrigin, pixels, info.Width, info.Height, layout);
    }

    /// <summary>Decodes an image file and reads the digit on it.</summary>
    /// <exception cref="ImageFileException">The file cannot be read or decoded.</exception>
    public static DigitPrediction ClassifyFile(this DigitClassifier classifier, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return classifier.Classify(Decode(path).Raster);
    }

    private static unsafe SKCodecResult GetPixels(SKCodec codec, SKImageInfo info, byte[] pixels)
    {
        fixed (byte* start = pixels)
            return codec.GetPixels(info, (nint)start);
    }

    private static void CheckSize(SKImageInfo info, string name)
    {
        if (info.Width is < 1 or > RasterImage.MaxSide || info.Height is < 1 or > RasterImage.MaxSide
            || (long)info.Width * info.Height > MaxPixels)
            throw new ImageFileException(
                $"'{name}' says that it is {info.Width}×{info.Height} pixels: at most {RasterImage.MaxSide} a side "
                + $"and {MaxPixels / 1_000_000} million in all are read.");
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxFileLength)
                throw new ImageFileException(
                    $"'{path}' has {stream.Length} bytes: at most {MaxFileLength >> 20} MiB are read as an image.");
            using var buffer = new MemoryStream((int)stream.Length);
            stream.CopyTo(buffer);
            return buffer.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageFileException($"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
