using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Represents a plan to decode an image within the memory limit.</summary>
/// <param name="Info">The size and format of the pixels that SkiaSharp returns.</param>
/// <param name="BlockSide">The side of the blocks of pixels that are averaged, or 1 if none are.</param>
/// <param name="BandHeight">The number of rows that are decoded at a time.</param>
internal readonly record struct DecodingPlan(SKImageInfo Info, int BlockSide, int BandHeight)
{
    // The classifier reduces pictures to 800 pixels a side, so reducing larger pictures earlier loses nothing.
    private const long FullSizePixels = 4_000_000;

    // A blank image of this size takes little memory, however well it is compressed.
    private const int AlwaysAllowedPixels = 1_000_000;

    private const int ScanlinesPerBand = 64;
    private const int MaxBandBytes = 32_000_000;

    // Each subset decodes the rows before it again.
    private const int MaxSubsets = 8;

    // The tables and row buffers of the decoders.
    private const int FixedMemory = 4_000_000;

    /// <param name="codec">The decoder of the file.</param>
    /// <param name="header">The header of the file.</param>
    /// <param name="isUpright">Indicates whether the rows are stored as they are shown.</param>
    /// <param name="fileLength">The length of the file.</param>
    /// <param name="maxPixels">The value of <see cref="ImageFileOptions.MaxPixels"/>.</param>
    /// <param name="name">The name of the file in error messages.</param>
    /// <exception cref="ImageFileException">The file exceeds a limit.</exception>
    public static DecodingPlan Create(
        SKCodec codec, in ImageHeader header, bool isUpright, int fileLength, int maxPixels, string? name)
    {
        var stored = codec.Info.ColorType == SKColorType.Gray8
            ? new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Gray8, SKAlphaType.Opaque)
            : new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        CheckSize(stored.Width, stored.Height, (long)maxPixels * header.MaxPixelsFactor, name);
        CheckDensity(stored, header, fileLength, name);

        int reduction = ReductionOf(stored, header);
        var info = header.IsScalable ? stored.WithSize(codec.GetScaledDimensions(1f / reduction)) : stored;
        int blockSide = header.IsScalable ? 1 : reduction;
        double memory = FixedMemory + fileLength + info.BytesSize64 / (blockSide * blockSide);
        bool isInPlace = isUpright && blockSide == 1;
        int bandHeight = isInPlace || header.Rows == RowAccess.All
            ? info.Height
            : BandHeightOf(info, blockSide, header, ImageFile.MaxMemory - memory);

        // Subsets are decoded one after the other. The other decoders keep the whole picture.
        long decoded = header.Rows == RowAccess.Subsets ? (long)info.Width * bandHeight : PixelsOf(stored);
        memory += header.DecoderBytesPerPixel * decoded;
        if (!isInPlace) memory += (long)bandHeight * info.RowBytes;
        CheckMemory(memory, stored.Width, stored.Height, name);
        return new(info, blockSide, bandHeight);
    }

    /// <summary>Returns the side of the blocks that reduce an image as far as the classifier allows.</summary>
    public static int BlockSideOf(int width, int height)
    {
        int side = 1;
        while ((long)width * height / (side * side) > FullSizePixels) side *= 2;
        return side;
    }

    private static long PixelsOf(SKImageInfo info) => (long)info.Width * info.Height;

    private static int ReductionOf(SKImageInfo stored, in ImageHeader header)
    {
        if (!header.IsScalable && header.Rows == RowAccess.All) return 1;
        return BlockSideOf(stored.Width, stored.Height);
    }

    /// <summary>Returns a number of rows that consists of whole blocks.</summary>
    private static int BandHeightOf(SKImageInfo info, int blockSide, in ImageHeader header, double memory)
    {
        if (header.Rows == RowAccess.Scanlines) return Math.Min(ScanlinesPerBand, info.Height);
        double bytesPerRow = info.RowBytes + header.DecoderBytesPerPixel * info.Width;
        int fitting = (int)(Math.Min(memory, MaxBandBytes) / bytesPerRow) / blockSide * blockSide;
        int least = (info.Height + MaxSubsets - 1) / MaxSubsets;
        return Math.Min(Math.Max(fitting, (least + blockSide - 1) / blockSide * blockSide), info.Height);
    }

    /// <exception cref="ImageFileException">The image has no pixels or too many.</exception>
    public static void CheckSize(int width, int height, long maxPixels, string? name)
    {
        if (width is < 1 or > RasterImage.MaxSide || height is < 1 or > RasterImage.MaxSide
            || (long)width * height > maxPixels)
        {
            string limit = maxPixels % 1_000_000 == 0 ? $"{maxPixels / 1_000_000} million" : $"{maxPixels}";
            throw ImageFileException.For(
                name,
                $"its {width}×{height} pixels exceed the limit of {RasterImage.MaxSide} a side and "
                + $"{limit} in all. Scale it down.");
        }
    }

    private static void CheckDensity(SKImageInfo info, in ImageHeader header, int fileLength, string? name)
    {
        if (PixelsOf(info) > AlwaysAllowedPixels && PixelsOf(info) > header.MaxPixelsPerByte * fileLength)
        {
            throw ImageFileException.For(
                name,
                $"its {fileLength} bytes are too few for {info.Width}×{info.Height} pixels. "
                + "The file is truncated or a decompression bomb.");
        }
    }

    /// <exception cref="ImageFileException">Decoding takes more than <see cref="ImageFile.MaxMemory"/>.</exception>
    public static void CheckMemory(double memory, int width, int height, string? name)
    {
        if (memory > ImageFile.MaxMemory)
        {
            throw ImageFileException.For(
                name,
                $"decoding its {width}×{height} pixels takes {memory / 1e6:F0} MB of memory. The limit is "
                + $"{ImageFile.MaxMemory / 1_000_000} MB. Scale it down, or save it as a baseline JPEG.");
        }
    }
}
