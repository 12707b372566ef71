using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference;

/// <summary>
/// Represents a picture in memory: pixels row by row from the top left. It doesn't copy the caller's bytes.
/// </summary>
/// <example>
/// <code>
/// DigitPrediction prediction = classifier.Classify(new RasterImage(pixels, 640, 480, PixelLayout.Rgba32));
/// </code>
/// </example>
public readonly ref struct RasterImage
{
    /// <summary>The longest accepted side, in pixels.</summary>
    public const int MaxSide = 32_768;

    /// <summary>Describes pixels in memory.</summary>
    /// <param name="pixels">At least (height − 1) · stride + width · bytes per pixel bytes.</param>
    /// <param name="width">The number of pixels in a row, from 1 to <see cref="MaxSide"/>.</param>
    /// <param name="height">The number of rows, from 1 to <see cref="MaxSide"/>.</param>
    /// <param name="layout">The layout of one pixel.</param>
    /// <param name="stride">The number of bytes from one row to the next, or 0 if there is no gap between rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or the layout is unknown.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is too short.</exception>
    public RasterImage(ReadOnlySpan<byte> pixels, int width, int height, PixelLayout layout, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);
        int row = width * BytesPerPixel(layout);
        if (stride == 0) stride = row;
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, row);
        long needed = ((long)height - 1) * stride + row;
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                $"A {width}×{height} {layout} image with a stride of {stride} needs {needed} bytes, "
                + $"but there are {pixels.Length}.", nameof(pixels));
        }
        Pixels = pixels;
        Width = width;
        Height = height;
        Layout = layout;
        Stride = stride;
    }

    /// <summary>Gets the bytes of the picture.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Gets the number of pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Height { get; }

    /// <summary>Gets the layout of one pixel.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Gets the number of bytes from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>Returns the size of one pixel in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The layout is unknown.</exception>
    public static int BytesPerPixel(PixelLayout layout) => PixelFormat.Of(layout).Size;

    /// <exception cref="ArgumentException">The picture is the default value, which has no pixels.</exception>
    internal void RequirePixels(string parameter)
    {
        if (Width == 0) throw new ArgumentException("The picture has no pixels. Use its constructor.", parameter);
    }

    internal ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Stride, Width * BytesPerPixel(Layout));
}
