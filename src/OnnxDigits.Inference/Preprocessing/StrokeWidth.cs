namespace OnnxDigits.Inference.Preprocessing;

/// <summary>
/// Widens the lines of a thin pen on a large page, which would become too thin when they are reduced.
/// </summary>
/// <remarks>
/// A stroke's width is twice its area divided by the length of its outline. At 20 pixels, the 5th percentile of MNIST's
/// training images is 1.28 pixels, and the 20th is 1.58. Strokes thinner than 1.28 pixels are widened to 1.58. More
/// would close narrow loops.
/// </remarks>
internal static class StrokeWidth
{
    private const double Thinnest = 1.28;
    private const double Widened = 1.58;

    /// <summary>Returns the ink, cropped and widened if it would be too thin at 20 pixels.</summary>
    public static GrayImage Widen(GrayImage ink, InkBounds bounds)
    {
        double scale = (double)MnistForm.Box / bounds.Longer;
        double width = Measure(ink, bounds);
        if (width * scale >= Thinnest) return ink;
        double radius = (Widened / scale - width) / 2;
        int whole = (int)radius;
        float fraction = (float)(radius - whole);
        GrayImage padded = Pad(ink, bounds, whole + 1);
        GrayImage inner = padded.Dilate(whole);
        GrayImage outer = padded.Dilate(whole + 1);
        for (int i = 0; i < inner.Values.Length; i++) inner.Values[i] += fraction * (outer.Values[i] - inner.Values[i]);
        return inner;
    }

    private static double Measure(GrayImage ink, InkBounds bounds)
    {
        float half = ink.Values.Max() / 2;
        int area = 0, outline = 0;
        for (int y = bounds.Top; y <= bounds.Bottom; y++)
        {
            for (int x = bounds.Left; x <= bounds.Right; x++)
            {
                if (!IsInk(x, y)) continue;
                area++;
                outline += (IsInk(x - 1, y) ? 0 : 1) + (IsInk(x + 1, y) ? 0 : 1)
                    + (IsInk(x, y - 1) ? 0 : 1) + (IsInk(x, y + 1) ? 0 : 1);
            }
        }
        return 2.0 * area / outline;

        bool IsInk(int x, int y) =>
            (uint)x < (uint)ink.Width && (uint)y < (uint)ink.Height && ink.Values[y * ink.Width + x] >= half;
    }

    private static GrayImage Pad(GrayImage ink, InkBounds bounds, int margin)
    {
        var padded = new GrayImage(bounds.Width + 2 * margin, bounds.Height + 2 * margin);
        for (int y = 0; y < bounds.Height; y++)
        {
            ink.Row(bounds.Top + y).Slice(bounds.Left, bounds.Width).CopyTo(padded.Row(y + margin)[margin..]);
        }
        return padded;
    }
}
