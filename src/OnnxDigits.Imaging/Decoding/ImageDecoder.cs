using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Decodes image files to upright pixels with SkiaSharp after checking what their headers claim.</summary>
internal static class ImageDecoder
{
    private const int BandHeight = 64;

    // A blank image of this size takes little memory, however well it is compressed.
    private const int AlwaysAllowedPixels = 1_000_000;

    /// <param name="file">The contents of the file.</param>
    /// <param name="name">The name of the file in error messages, or <c>null</c> if it has none.</param>
    /// <exception cref="ImageFileException">The file cannot be decoded or exceeds a limit.</exception>
    public static unsafe DecodedImage Decode(ReadOnlySpan<byte> file, string? name)
    {
        if (file.IsEmpty) throw ImageFileException.For(name, "it is empty.");
        var header = ImageHeader.Read(file, name);
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageFileException.For(
                name, "its header is damaged or of an unsupported kind. Save the image again as PNG.");
            var encoded = codec.Info;
            bool isGray = encoded.ColorType == SKColorType.Gray8;
            var info = isGray
                ? new SKImageInfo(encoded.Width, encoded.Height, SKColorType.Gray8, SKAlphaType.Opaque)
                : new SKImageInfo(encoded.Width, encoded.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            var origin = header.Origin == SKEncodedOrigin.TopLeft ? codec.EncodedOrigin : header.Origin;
            var orientation = new Orientation(origin, info.Width, info.Height);
            int buffers = orientation.IsUpright || header.DecodesRows ? 1 : 2;
            CheckSize(info, name);
            CheckMemory(info, file.Length, header, buffers, name);

            byte[] pixels = orientation.IsUpright || !header.DecodesRows
                ? DecodeAtOnce(codec, info, orientation, name)
                : DecodeInBands(codec, info, orientation, name);
            var (width, height) = orientation.SwapsSides ? (info.Height, info.Width) : (info.Width, info.Height);
            return new(pixels, width, height, isGray ? PixelLayout.Gray8 : PixelLayout.Rgba32);
        }
    }

    private static unsafe byte[] DecodeAtOnce(SKCodec codec, SKImageInfo info, Orientation orientation, string? name)
    {
        byte[] stored = new byte[info.BytesSize];
        fixed (byte* first = stored)
        {
            CheckResult(codec.GetPixels(info, (nint)first), info, name);
        }
        if (orientation.IsUpright) return stored;
        byte[] upright = new byte[stored.Length];
        orientation.Place(stored, firstRow: 0, upright, info.BytesPerPixel);
        return upright;
    }

    /// <summary>Rotates a photograph while it is decoded, so that it is in memory only once.</summary>
    private static unsafe byte[] DecodeInBands(SKCodec codec, SKImageInfo info, Orientation orientation, string? name)
    {
        CheckResult(codec.StartScanlineDecode(info), info, name);
        byte[] upright = new byte[info.BytesSize];
        byte[] band = new byte[info.RowBytes * Math.Min(BandHeight, info.Height)];
        for (int row = 0; row < info.Height; row += BandHeight)
        {
            int rows = Math.Min(BandHeight, info.Height - row);
            fixed (byte* first = band)
            {
                bool isComplete = codec.GetScanlines((nint)first, rows, info.RowBytes) == rows;
                CheckResult(isComplete ? SKCodecResult.Success : SKCodecResult.IncompleteInput, info, name);
            }
            orientation.Place(band.AsSpan(0, rows * info.RowBytes), row, upright, info.BytesPerPixel);
        }
        return upright;
    }

    private static void CheckSize(SKImageInfo info, string? name)
    {
        if (info.Width is < 1 or > RasterImage.MaxSide || info.Height is < 1 or > RasterImage.MaxSide
            || (long)info.Width * info.Height > ImageFile.MaxPixels)
        {
            throw ImageFileException.For(
                name,
                $"its {info.Width}×{info.Height} pixels exceed the limit of {RasterImage.MaxSide} a side and "
                + $"{ImageFile.MaxPixels / 1_000_000} million in all. Scale it down.");
        }
    }

    private static void CheckMemory(SKImageInfo info, long fileLength, ImageHeader header, int buffers, string? name)
    {
        long pixels = (long)info.Width * info.Height;
        if (pixels > AlwaysAllowedPixels && pixels > header.MaxPixelsPerByte * fileLength)
        {
            throw ImageFileException.For(
                name,
                $"its {fileLength} bytes are too few for {info.Width}×{info.Height} pixels. "
                + "The file is truncated or a decompression bomb.");
        }
        double memory = fileLength + buffers * info.BytesSize64 + header.DecoderBytesPerPixel * pixels;
        if (memory > ImageFile.MaxMemory)
        {
            throw ImageFileException.For(
                name,
                $"decoding its {info.Width}×{info.Height} pixels takes {memory / (1 << 20):F0} MiB of memory. "
                + $"The limit is {ImageFile.MaxMemory >> 20} MiB. Scale it down, or save it without interlacing.");
        }
    }

    private static void CheckResult(SKCodecResult result, SKImageInfo info, string? name)
    {
        if (result == SKCodecResult.Success) return;
        throw ImageFileException.For(name, result == SKCodecResult.IncompleteInput
            ? $"it is truncated or damaged and ends before its {info.Width}×{info.Height} pixels. Export it again."
            : $"its pixels are damaged ({result}). Export it again.");
    }
}
