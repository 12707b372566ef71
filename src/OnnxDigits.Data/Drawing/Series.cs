namespace OnnxDigits.Data.Drawing;

/// <summary>
/// Functions by the first terms of their series, in operations that IEEE 754 defines exactly: a library's may differ
/// between platforms.
/// </summary>
internal static class Series
{
    /// <summary>2ˣ for |x| ≤ 1.5 to about one per cent.</summary>
    public static double PowerOfTwo(double x) =>
        1 + (x * (0.6931 + (x * (0.2402 + (x * (0.0555 + (x * 0.0096)))))));
}
