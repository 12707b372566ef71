using System.Buffers.Binary;

namespace OnnxDigits.Inference.Internals.Preprocessing;

/// <summary>Where the samples of a pixel lie, counted in samples; grey is all three colours, alpha −1 is none.</summary>
internal readonly record struct PixelFormat(int Samples, bool Wide, int Red, int Green, int Blue, int Alpha)
{
    // ITU-R BT.601 in thousandths: exact where the three are equal.
    private const int RedWeight = 299;
    private const int GreenWeight = 587;
    private const int BlueWeight = 114;

    /// <summary>Bytes of one pixel.</summary>
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

    /// <summary>The luma of one pixel, 0..255, whatever its alpha.</summary>
    public float LumaOf(ReadOnlySpan<byte> pixel)
    {
        int sum = RedWeight * Sample(pixel, Red) + GreenWeight * Sample(pixel, Green) + BlueWeight * Sample(pixel, Blue);
        // A sum of wide samples has more digits than a float.
        return Wide ? (float)(sum / 257_000.0) : sum / 1000f;
    }

    /// <summary>The alpha of one pixel of a layout that has it, 0..255.</summary>
    public float AlphaOf(ReadOnlySpan<byte> pixel) => Wide ? Sample(pixel, Alpha) / 257f : Sample(pixel, Alpha);

    /// <summary>A number that two pixels share where they have one colour.</summary>
    public long ColourOf(ReadOnlySpan<byte> pixel) =>
        Sample(pixel, Red) | (long)Sample(pixel, Green) << 16 | (long)Sample(pixel, Blue) << 32;

    private ushort Sample(ReadOnlySpan<byte> pixel, int index) =>
        Wide ? BinaryPrimitives.ReadUInt16LittleEndian(pixel[(2 * index)..]) : pixel[index];
}
