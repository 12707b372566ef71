using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Turns pixels upright by the EXIF orientation, whose names say where row 0 and column 0 are shown.</summary>
internal static class Orientation
{
    public static bool IsUpright(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default;

    public static DecodedImage Apply(SKEncodedOrigin origin, byte[] pixels, int width, int height, PixelLayout layout)
    {
        if (IsUpright(origin))
            return new(pixels, width, height, layout);
        byte[] upright = new byte[pixels.Length];
        Place(origin, pixels, firstRow: 0, upright, width, height, RasterImage.BytesPerPixel(layout));
        return Upright(origin, upright, width, height, layout);
    }

    /// <summary>Wraps pixels that are upright already; width and height are the stored ones.</summary>
    public static DecodedImage Upright(
        SKEncodedOrigin origin, byte[] pixels, int width, int height, PixelLayout layout) =>
        IsTurned(origin) ? new(pixels, height, width, layout) : new(pixels, width, height, layout);

    /// <summary>Puts some stored rows where they are shown.</summary>
    /// <param name="origin">The orientation.</param>
    /// <param name="rows">Whole stored rows without gaps.</param>
    /// <param name="firstRow">The index of the first of them.</param>
    /// <param name="upright">Receives them.</param>
    /// <param name="width">The stored width.</param>
    /// <param name="height">The stored height.</param>
    /// <param name="size">Bytes per pixel.</param>
    public static void Place(
        SKEncodedOrigin origin,
        ReadOnlySpan<byte> rows,
        int firstRow,
        Span<byte> upright,
        int width,
        int height,
        int size)
    {
        var (start, column, row) = Steps(origin, width, height);
        for (int shownRow = start + firstRow * row; !rows.IsEmpty; shownRow += row)
        {
            int shown = shownRow;
            for (int x = 0; x < width; x++, shown += column)
                rows.Slice(x * size, size).CopyTo(upright[(shown * size)..]);
            rows = rows[(width * size)..];
        }
    }

    /// <summary>Where the first stored pixel is shown, and how far from it the next column and row are.</summary>
    private static (int Start, int Column, int Row) Steps(
        SKEncodedOrigin origin, int width, int height) => origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (width * height - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, height, 1),
            SKEncodedOrigin.RightTop => (height - 1, height, -1),
            SKEncodedOrigin.RightBottom => (width * height - 1, -height, -1),
            SKEncodedOrigin.LeftBottom => (height * (width - 1), -height, 1),
            _ => (0, 1, width),
        };

    private static bool IsTurned(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
}
