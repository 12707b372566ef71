using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Bytes of a file to upright pixels: all checks that a header allows, then SkiaSharp.</summary>
internal static class ImageDecoder
{
    private const int BandHeight = 64;

    // A blank page of this many pixels takes little memory however well it is compressed.
    private const int AlwaysAllowed = 1_000_000;

    public static DecodedImage Decode(ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty)
            throw new ImageFileException($"'{name}' is empty: there is no image in it.");
        if (PlainPng.TryDecode(file) is { } plain)
            return plain;
        var traits = FileTraits.Read(file, name);
        return traits.IsGray16
            ? DecodeGray16(PngFile.WithGray16AsGrayAlpha(file), traits, name)
            : DecodePixels(file, traits, name);
    }

    private static DecodedImage DecodeGray16(byte[] file, FileTraits traits, string name)
    {
        var decoded = DecodePixels(file, traits with { Origin = SKEncodedOrigin.Default }, name);
        byte[] gray = new byte[decoded.Width * decoded.Height * 2];
        var pixels = decoded.Raster.Pixels;
        for (int i = 0; i < gray.Length; i += 2)
        {
            gray[i] = pixels[2 * i + 3];
            gray[i + 1] = pixels[2 * i];
        }
        return Orientation.Apply(traits.Origin, gray, decoded.Width, decoded.Height, PixelLayout.Gray16);
    }

    private static unsafe DecodedImage DecodePixels(ReadOnlySpan<byte> file, FileTraits traits, string name)
    {
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(data) ?? throw new ImageFileException(
                $"'{name}' is damaged at its start, or of a kind that is not read: save it again as PNG.");
            bool gray = codec.Info.ColorType == SKColorType.Gray8;
            var info = new SKImageInfo(
                codec.Info.Width,
                codec.Info.Height,
                gray ? SKColorType.Gray8 : SKColorType.Rgba8888,
                gray ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            var origin = traits.Origin == SKEncodedOrigin.Default ? codec.EncodedOrigin : traits.Origin;
            bool turnsRows = traits.DecodesRows && !Orientation.IsUpright(origin);
            CheckSize(info, name);
            CheckMemory(info, file.Length, traits, pictures: turnsRows || Orientation.IsUpright(origin) ? 1 : 2, name);

            var layout = gray ? PixelLayout.Gray8 : PixelLayout.Rgba32;
            if (turnsRows)
                return DecodeTurned(codec, info, origin, layout, name);
            byte[] pixels = new byte[info.BytesSize];
            fixed (byte* first = pixels)
                CheckResult(codec.GetPixels(info, (nint)first), info, name);
            return Orientation.Apply(origin, pixels, info.Width, info.Height, layout);
        }
    }

    /// <summary>A photograph held upright is stored lying: turned row by row, it needs no second picture.</summary>
    private static unsafe DecodedImage DecodeTurned(
        SKCodec codec, SKImageInfo info, SKEncodedOrigin origin, PixelLayout layout, string name)
    {
        CheckResult(codec.StartScanlineDecode(info), info, name);
        byte[] upright = new byte[info.BytesSize];
        byte[] band = new byte[info.RowBytes * Math.Min(BandHeight, info.Height)];
        for (int row = 0; row < info.Height; row += BandHeight)
        {
            int rows = Math.Min(BandHeight, info.Height - row);
            fixed (byte* first = band)
            {
                bool whole = codec.GetScanlines((nint)first, rows, info.RowBytes) == rows;
                CheckResult(whole ? SKCodecResult.Success : SKCodecResult.IncompleteInput, info, name);
            }
            var filled = band.AsSpan(0, rows * info.RowBytes);
            Orientation.Place(origin, filled, row, upright, info.Width, info.Height, info.BytesPerPixel);
        }
        return Orientation.Upright(origin, upright, info.Width, info.Height, layout);
    }

    private static void CheckSize(SKImageInfo info, string name)
    {
        if (info.Width is < 1 or > RasterImage.MaxSide || info.Height is < 1 or > RasterImage.MaxSide
            || (long)info.Width * info.Height > ImageFile.MaxPixels)
            throw new ImageFileException(
                $"'{name}' says that it is {info.Width}×{info.Height} pixels: at most {RasterImage.MaxSide} a side "
                + $"and {ImageFile.MaxPixels / 1_000_000} million in all are read.");
    }

    private static void CheckMemory(SKImageInfo info, long fileLength, FileTraits traits, int pictures, string name)
    {
        long pixels = (long)info.Width * info.Height;
        if (pixels > AlwaysAllowed && pixels > traits.MostPixelsPerByte * fileLength)
            throw new ImageFileException(
                $"'{name}' is truncated or a bomb: its {fileLength} bytes are too few for {info.Width}×{info.Height} "
                + "pixels.");
        double memory = fileLength + pictures * info.BytesSize64 + traits.DecoderBytesPerPixel * pixels;
        if (memory > ImageFile.MaxMemory)
            throw new ImageFileException(
                $"'{name}' would take {memory / (1 << 20):F0} MiB of memory for its {info.Width}×{info.Height} pixels: "
                + $"at most {ImageFile.MaxMemory >> 20} MiB are taken; save it smaller, or in one pass.");
    }

    private static void CheckResult(SKCodecResult result, SKImageInfo info, string name)
    {
        if (result == SKCodecResult.Success)
            return;
        throw new ImageFileException(result == SKCodecResult.IncompleteInput
            ? $"'{name}' is truncated or damaged: it ends before its {info.Width}×{info.Height} pixels do."
            : $"'{name}' is damaged and cannot be decoded ({result}).");
    }
}
