namespace OnnxDigits.Inference;

/// <summary>How the bytes of one pixel lie in memory.</summary>
public enum PixelLayout
{
    /// <summary>One byte of grey, 0..255.</summary>
    Gray8,

    /// <summary>Two bytes of grey, 0..65535, little-endian.</summary>
    Gray16,

    /// <summary>Red, green, blue: one byte each.</summary>
    Rgb24,

    /// <summary>Blue, green, red: one byte each.</summary>
    Bgr24,

    /// <summary>Red, green, blue, alpha: one byte each; colours not multiplied by alpha.</summary>
    Rgba32,

    /// <summary>Blue, green, red, alpha: one byte each; colours not multiplied by alpha.</summary>
    Bgra32,
}
