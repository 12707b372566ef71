namespace OnnxDigits.Inference;

/// <summary>Specifies the layout of a pixel in memory. The number in a name is the number of bits of a pixel.</summary>
/// <remarks>Samples of 16 bits are little-endian. Alpha is straight: colors are not premultiplied.</remarks>
public enum PixelLayout
{
    /// <summary>One byte of grey, from 0 to 255.</summary>
    Gray8,

    /// <summary>Two bytes of grey, from 0 to 65,535.</summary>
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
