using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference;

/// <summary>A picture in memory: pixels row by row from the top left, in one of the <see cref="PixelLayout"/>s.</summary>
/// <remarks>It points at the caller's bytes and copies nothing.</remarks>
public readonly ref struct RasterImage
{
    /// <summary>The longest side that is accepted, in pixels.</summary>
    public const int MaxSide = 32_768;

    /// <summary>Describes pixels that lie in memory.</summary>
    /// <param name="pixels">The bytes, at least (height − 1) · stride + width · bytes per pixel of them.</param>
    /// <param name="width">Pixels in a row, 1..<see cref="MaxSide"/>.</param>
    /// <param name="height">Rows, 1..<see cref="MaxSide"/>.</param>
    /// <param name="layout">The layout of one pixel.</param>
    /// <param name="stride">Bytes from one row to the next; 0 means that rows follow each other without a gap.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range or the layout is unknown.</exception>
    /// <exception cref="ArgumentException">There are fewer bytes than the sizes ask for.</exception>
    public RasterImage(ReadOnlySpan<byte> pixels, int width, int height, PixelLayout layout, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);
        int row = width * BytesPerPixel(layout);
        if (stride == 0)
            stride = row;
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, row);
        long needed = ((long)height - 1) * stride + row;
        if (pixels.Length < needed)
            throw new ArgumentException(
                $"A {width}×{height} {layout} image with a stride of {stride} needs {needed} bytes, "
                + $"but {pixels.Length} were given.", nameof(pixels));
        Pixels = pixels;
        Width = width;
        Height = height;
        Layout = layout;
        Stride = stride;
    }

    /// <summary>The bytes of the picture.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The layout of one pixel.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Bytes from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>The size of one pixel of a layout, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The layout is unknown.</exception>
    public static int BytesPerPixel(PixelLayout layout) => PixelFormat.Of(layout).Size;

    internal ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Stride, Width * BytesPerPixel(Layout));
}
