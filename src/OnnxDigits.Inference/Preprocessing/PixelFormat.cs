using System.Buffers.Binary;

namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// The positions of a pixel's samples. In grey layouts, all three colors have the same position. The layout has no
/// alpha if <paramref name="Alpha"/> is −1.
/// </summary>
internal readonly record struct PixelFormat(int Samples, bool Wide, int Red, int Green, int Blue, int Alpha)
{
    // ITU-R BT.601 in thousandths. Integers keep the luma of a grey pixel exact.
    private const int RedWeight = 299;
    private const int GreenWeight = 587;
    private const int BlueWeight = 114;

    /// <summary>Gets the number of bytes of one pixel.</summary>
    public int Size => Wide ? 2 * Samples : Samples;

    public bool HasAlpha => Alpha >= 0;

    /// <exception cref="ArgumentOutOfRangeException">The layout is unknown.</exception>
    public static PixelFormat Of(PixelLayout layout) => layout switch
    {
        PixelLayout.Gray8 => new(1, Wide: false, 0, 0, 0, -1),
        PixelLayout.Gray16 => new(1, Wide: true, 0, 0, 0, -1),
        PixelLayout.GrayAlpha16 => new(2, Wide: false, 0, 0, 0, 1),
        PixelLayout.GrayAlpha32 => new(2, Wide: true, 0, 0, 0, 1),
        PixelLayout.Rgb24 => new(3, Wide: false, 0, 1, 2, -1),
        PixelLayout.Bgr24 => new(3, Wide: false, 2, 1, 0, -1),
        PixelLayout.Rgba32 => new(4, Wide: false, 0, 1, 2, 3),
        PixelLayout.Bgra32 => new(4, Wide: false, 2, 1, 0, 3),
        PixelLayout.Argb32 => new(4, Wide: false, 1, 2, 3, 0),
        PixelLayout.Abgr32 => new(4, Wide: false, 3, 2, 1, 0),
        PixelLayout.Rgb48 => new(3, Wide: true, 0, 1, 2, -1),
        PixelLayout.Bgr48 => new(3, Wide: true, 2, 1, 0, -1),
        PixelLayout.Rgba64 => new(4, Wide: true, 0, 1, 2, 3),
        PixelLayout.Bgra64 => new(4, Wide: true, 2, 1, 0, 3),
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "Unknown pixel layout."),
    };

    /// <summary>Computes the luma of each pixel in a row, from 0 to 255, without regard to alpha.</summary>
    public void ToLuma(ReadOnlySpan<byte> row, Span<float> luma)
    {
        // Copied to locals, because a photograph has millions of pixels.
        (int samples, bool wide, int red, int green, int blue, int _) = this;
        if (wide)
        {
            // The sum of 16-bit samples exceeds the precision of a float.
            for (int x = 0, at = 0; x < luma.Length; x++, at += samples)
            {
                int sum = WeightedSum(Read(row, at + red), Read(row, at + green), Read(row, at + blue));
                luma[x] = (float)(sum / 257_000.0);
            }
        }
        else if (samples == 1)
        {
            for (int x = 0; x < luma.Length; x++) luma[x] = row[x];
        }
        else
        {
            for (int x = 0, at = 0; x < luma.Length; x++, at += samples)
            {
                luma[x] = WeightedSum(row[at + red], row[at + green], row[at + blue]) / 1000f;
            }
        }
    }

    /// <summary>Composites the pixels of a row on white.</summary>
    /// <param name="row">The pixels.</param>
    /// <param name="luma">Their luma from <see cref="ToLuma"/>, which is updated.</param>
    public void Composite(ReadOnlySpan<byte> row, Span<float> luma)
    {
        (int samples, bool wide, int _, int _, int _, int alpha) = this;
        for (int x = 0, at = alpha; x < luma.Length; x++, at += samples)
        {
            float opacity = wide ? Read(row, at) / 257f : row[at];
            if (opacity != 255) luma[x] = 255 + (luma[x] - 255) * opacity / 255;
        }
    }

    /// <summary>Returns the alpha of a pixel, from 0 to 255.</summary>
    public float AlphaOf(ReadOnlySpan<byte> pixel) => Wide ? Read(pixel, Alpha) / 257f : pixel[Alpha];

    /// <summary>Returns a number that identifies the color of a pixel.</summary>
    public long ColorOf(ReadOnlySpan<byte> pixel) => Wide
        ? Read(pixel, Red) | (long)Read(pixel, Green) << 16 | (long)Read(pixel, Blue) << 32
        : pixel[Red] | pixel[Green] << 8 | pixel[Blue] << 16;

    private static int WeightedSum(int red, int green, int blue) =>
        RedWeight * red + GreenWeight * green + BlueWeight * blue;

    private static ushort Read(ReadOnlySpan<byte> samples, int index) =>
        BinaryPrimitives.ReadUInt16LittleEndian(samples[(2 * index)..]);
}
