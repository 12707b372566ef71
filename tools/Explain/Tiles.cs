using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain;

/// <summary>Draws small grids of numbers.</summary>
internal static class Tiles
{
    /// <summary>Draws a grid in which positive values are blue and negative ones orange.</summary>
    /// <param name="drawing">The page.</param>
    /// <param name="values">The values, row by row.</param>
    /// <param name="columns">The values in a row.</param>
    /// <param name="largest">The magnitude that gets the full colour.</param>
    /// <param name="place">The rectangle to draw into.</param>
    /// <param name="palette">The colours.</param>
    public static void Draw(
        Drawing drawing, ReadOnlySpan<float> values, int columns, float largest, SKRect place, Palette palette)
    {
        using var bitmap = new SKBitmap(columns, values.Length / columns);
        for (int i = 0; i < values.Length; i++)
        {
            double share = largest > 0 ? Math.Min(Math.Abs(values[i]) / largest, 1) : 0;
            ScottPlot.Color sign = values[i] >= 0 ? palette.Right : palette.Wrong;
            ScottPlot.Color color = palette.OnPaper(sign, 0.04 + 0.96 * share);
            bitmap.SetPixel(i % columns, i / columns, color.ToSKColor());
        }

        using SKImage image = SKImage.FromBitmap(bitmap);
        drawing.Canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
    }
}
