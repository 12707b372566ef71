using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>Small grids of numbers as pictures.</summary>
internal static class Tiles
{
    /// <summary>Draws a grid: more colour for more, blue above nothing, orange below.</summary>
    /// <param name="drawing">Where.</param>
    /// <param name="values">Row by row.</param>
    /// <param name="columns">Of a row.</param>
    /// <param name="most">What has full colour.</param>
    /// <param name="place">The picture's place.</param>
    /// <param name="palette">Colours.</param>
    public static void Signed(
        Drawing drawing, ReadOnlySpan<float> values, int columns, float most, SKRect place, Palette palette)
    {
        int rows = values.Length / columns;
        using var bitmap = new SKBitmap(columns, rows);
        for (int i = 0; i < values.Length; i++)
        {
            double share = most > 0 ? Math.Min(Math.Abs(values[i]) / most, 1) : 0;
            ScottPlot.Color color = palette.OnPaper(values[i] >= 0 ? palette.Right : palette.Wrong, 0.04 + 0.96 * share);
            bitmap.SetPixel(i % columns, i / columns, color.ToSKColor());
        }

        using SKImage image = SKImage.FromBitmap(bitmap);
        drawing.Canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>Draws a part of a digit's image, ink on paper; what lies outside the image is left out.</summary>
    public static void Digit(Drawing drawing, ReadOnlySpan<byte> pixels, SKRect part, SKRect place, Palette palette) =>
        drawing.Digit(pixels, place, part, background: 0.04);
}
