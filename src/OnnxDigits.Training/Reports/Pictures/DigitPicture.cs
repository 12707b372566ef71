using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>A digit in the colours of a palette, ink on paper.</summary>
internal static class DigitPicture
{
    /// <param name="pixels">784 bytes, row by row, 0 for background.</param>
    /// <param name="palette">Colours.</param>
    /// <param name="ground">How much ink the background has, 0..1, where nothing else shows how far the image goes.</param>
    public static SKImage Of(ReadOnlySpan<byte> pixels, Palette palette, double ground = 0)
    {
        using var bitmap = new SKBitmap(DigitImages.Columns, DigitImages.Rows);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, DigitImages.Columns);
            double ink = ground + ((1 - ground) * pixels[i] / 255);
            bitmap.SetPixel(column, row, palette.OnPaper(palette.Ink, ink).ToSKColor());
        }

        return SKImage.FromBitmap(bitmap);
    }
}
