namespace OnnxDigits.Data.Drawing;

/// <summary>Draws digits in styles, pens and resolutions that MNIST lacks.</summary>
internal static class RareDigitPainter
{
    // The digits that people write in more ways than MNIST shows are drawn more often.
    private static ReadOnlySpan<byte> Digits => [0, 1, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 9];

    private const double RareStyles = 0.75;
    private const double PenDeviation = 0.3;
    private const double SharpShare = 0.12;
    private const double CoarseShare = 0.12;
    private const int CoarseThreshold = 400;

    // A picture that is cropped too closely loses 1 to 3 of the digit's rows or columns on one side.
    private const double CutShare = 0.08;
    private const double MaxCut = 2.5;

    /// <summary>Draws an image and returns its digit.</summary>
    public static byte Paint(ref SplitMix64 random, Span<byte> pixels)
    {
        byte digit = Digits[(int)(random.Unit() * Digits.Length)];
        Glyph style = DigitPainter.Choose(
            random.Unit() < RareStyles ? RareGlyphs.All[digit] : Glyphs.All[digit], ref random);
        DigitPainter.Paint(digit, style, random.LogNormal(PenDeviation), ref random, pixels);
        MnistRaster.ScaleToPeak(pixels);
        if (random.Unit() < CutShare) Cut(ref random, pixels);
        double kind = random.Unit();
        if (kind < SharpShare) Sharpen(pixels);
        else if (kind < SharpShare + CoarseShare) Coarsen(pixels);
        return digit;
    }

    private static void Cut(ref SplitMix64 random, Span<byte> pixels)
    {
        int side = (int)(random.Unit() * 4), depth = (int)random.Uniform(1, MaxCut + 1);
        Span<byte> canvas = stackalloc byte[DigitImages.PixelsPerImage];
        canvas.Clear();
        (int left, int top, int right, int bottom) = Bounds(pixels);
        if (side == 0) left += depth;
        else if (side == 1) right -= depth;
        else if (side == 2) top += depth;
        else bottom -= depth;
        for (int row = top; row <= bottom; row++)
        {
            int start = (row * DigitImages.Columns) + left;
            pixels.Slice(start, Math.Max(0, right - left + 1)).CopyTo(canvas[start..]);
        }
        if (canvas.ContainsAnyExcept((byte)0)) MnistRaster.Centralise(canvas, pixels);
    }

    private static (int Left, int Top, int Right, int Bottom) Bounds(ReadOnlySpan<byte> pixels)
    {
        int left = DigitImages.Columns, top = DigitImages.Rows, right = -1, bottom = -1;
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] == 0) continue;
            (int row, int column) = Math.DivRem(i, DigitImages.Columns);
            (left, top) = (Math.Min(left, column), Math.Min(top, row));
            (right, bottom) = (Math.Max(right, column), Math.Max(bottom, row));
        }
        return (left, top, right, bottom);
    }

    // Makes all pixels black or white, as in a drawing without soft edges.
    private static void Sharpen(Span<byte> pixels)
    {
        foreach (ref byte pixel in pixels) pixel = pixel < 128 ? (byte)0 : (byte)255;
    }

    // Makes each square of four pixels black or white by its mean, as in a drawing of 10×10 pixels.
    private static void Coarsen(Span<byte> pixels)
    {
        (int left, int top, int right, int bottom) = Bounds(pixels);
        for (int row = top; row <= Math.Min(bottom, DigitImages.Rows - 2); row += 2)
        {
            for (int column = left; column <= Math.Min(right, DigitImages.Columns - 2); column += 2)
            {
                Span<byte> upper = pixels.Slice((row * DigitImages.Columns) + column, 2);
                Span<byte> lower = pixels.Slice(((row + 1) * DigitImages.Columns) + column, 2);
                byte value = upper[0] + upper[1] + lower[0] + lower[1] < CoarseThreshold ? (byte)0 : (byte)255;
                upper.Fill(value);
                lower.Fill(value);
            }
        }
    }
}
