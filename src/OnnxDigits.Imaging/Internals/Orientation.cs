using OnnxDigits.Inference;
using SkiaSharp;

namespace OnnxDigits.Imaging.Internals;

/// <summary>Turns pixels upright by the EXIF orientation, whose names say where row 0 and column 0 are shown.</summary>
internal static class Orientation
{
    public static DecodedImage Apply(SKEncodedOrigin origin, byte[] pixels, int width, int height, PixelLayout layout)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
            return new(pixels, width, height, layout);
        bool turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (shownWidth, shownHeight) = turned ? (height, width) : (width, height);
        int size = RasterImage.BytesPerPixel(layout);
        byte[] upright = new byte[pixels.Length];
        for (int y = 0; y < shownHeight; y++)
        {
            for (int x = 0; x < shownWidth; x++)
            {
                var (column, row) = Source(origin, x, y, width - 1, height - 1);
                pixels.AsSpan((row * width + column) * size, size).CopyTo(upright.AsSpan((y * shownWidth + x) * size));
            }
        }
        return new(upright, shownWidth, shownHeight, layout);
    }

    /// <summary>Which stored pixel is shown at (x, y).</summary>
    private static (int Column, int Row) Source(SKEncodedOrigin origin, int x, int y, int right, int bottom) => origin switch
    {
        SKEncodedOrigin.TopRight => (right - x, y),
        SKEncodedOrigin.BottomRight => (right - x, bottom - y),
        SKEncodedOrigin.BottomLeft => (x, bottom - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, bottom - x),
        SKEncodedOrigin.RightBottom => (right - y, bottom - x),
        SKEncodedOrigin.LeftBottom => (right - y, x),
        _ => (x, y),
    };
}
