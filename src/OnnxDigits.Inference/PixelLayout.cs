namespace OnnxDigits.Inference;

/// <summary>How the bytes of one pixel lie in memory. The number is that of its bits.</summary>
/// <remarks>
/// Samples of 16 bits are little-endian, as programs hold them; the bytes of a PNG file are the other way round.
/// Colours are not multiplied by alpha.
/// </remarks>
public enum PixelLayout
{
    /// <summary>One byte of grey, 0..255.</summary>
    Gray8,

    /// <summary>Two bytes of grey, 0..65535.</summary>
    Gray16,

    /// <summary>Grey, alpha: one byte each.</summary>
    GrayAlpha16,

    /// <summary>Grey, alpha: two bytes each.</summary>
    GrayAlpha32,

    /// <summary>Red, green, blue: one byte each.</summary>
    Rgb24,

    /// <summary>Blue, green, red: one byte each.</summary>
    Bgr24,

    /// <summary>Red, green, blue, alpha: one byte each.</summary>
    Rgba32,

    /// <summary>Blue, green, red, alpha: one byte each.</summary>
    Bgra32,

    /// <summary>Alpha, red, green, blue: one byte each.</summary>
    Argb32,

    /// <summary>Alpha, blue, green, red: one byte each.</summary>
    Abgr32,

    /// <summary>Red, green, blue: two bytes each.</summary>
    Rgb48,

    /// <summary>Blue, green, red: two bytes each.</summary>
    Bgr48,

    /// <summary>Red, green, blue, alpha: two bytes each.</summary>
    Rgba64,

    /// <summary>Blue, green, red, alpha: two bytes each.</summary>
    Bgra64,
}
