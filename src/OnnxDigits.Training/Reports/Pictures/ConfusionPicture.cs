using System.Globalization;
using OnnxDigits.Data;
using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws a confusion matrix with the recall of each label and the precision of each predicted digit.</summary>
internal static class ConfusionPicture
{
    private const int Classes = DigitImages.Classes;
    private const int Cell = 66;
    private const int Left = 70;
    private const int Top = 96;
    private const int Right = Left + (Classes * Cell);
    private const int Bottom = Top + (Classes * Cell);
    private const int Width = Right + 110;
    private const int Height = Bottom + 110;

    public static byte[] Draw(string title, ConfusionMatrix matrix, Palette palette)
    {
        using var drawing = new Drawing(Width, Height, palette);
        drawing.Text(title, 24, 36, 19);
        int[] digits = [.. Enumerable.Range(0, Classes)];
        double largest = digits.Max(label => digits.Max(digit => digit == label ? 0 : Share(matrix, label, digit)));
        foreach (int label in digits)
        {
            foreach (int digit in digits)
            {
                DrawCell(drawing, label, digit, matrix[label, digit],
                    CellColor(palette, Share(matrix, label, digit), largest, label == digit), palette);
            }

            string name = label.ToString(CultureInfo.InvariantCulture);
            Note(drawing, name, Left - 18, Middle(Top, label), palette.Ink);
            Note(drawing, name, Middle(Left, label), Bottom + 18, palette.Ink);
            Note(drawing, Percent(matrix.Recall(label)), Right + 48, Middle(Top, label), palette.Muted);
            Note(drawing, Percent(matrix.Precision(label)), Middle(Left, label), Bottom + 46, palette.Muted);
        }

        Note(drawing, "recall %", Right + 48, Top - 18, palette.Muted);
        Note(drawing, "precision %", Right + 48, Bottom + 46, palette.Muted);
        Note(drawing, "predicted", (Left + Right) / 2f, Bottom + 82, palette.Ink, size: 15);
        drawing.Canvas.RotateDegrees(-90, 24, (Top + Bottom) / 2f);
        Note(drawing, "label", 24, (Top + Bottom) / 2f, palette.Ink, size: 15);
        return drawing.ToPng();
    }

    // Most errors are below 1 % of a row: the square root of the share makes them visible.
    private static Color CellColor(Palette palette, double share, double largestError, bool correct) =>
        correct ? palette.OnPaper(palette.Right, 0.75 * share)
        : share == 0 ? palette.Paper
        : palette.OnPaper(palette.Wrong, 0.15 + (0.75 * Math.Sqrt(share / largestError)));

    private static void DrawCell(Drawing drawing, int label, int digit, long count, Color color, Palette palette)
    {
        var place = SKRect.Create(Left + (digit * Cell) + 1, Top + (label * Cell) + 1, Cell - 2, Cell - 2);
        using var paint = new SKPaint { Color = color.ToSKColor() };
        drawing.Canvas.DrawRect(place, paint);
        drawing.Frame(place, palette.Lines, 1);
        if (count == 0) return;

        string text = count.ToString(CultureInfo.InvariantCulture);
        Note(drawing, text, Middle(Left, digit), Middle(Top, label), palette.TextOn(color), size: 16);
    }

    private static void Note(Drawing drawing, string text, float x, float y, Color color, float size = 13) =>
        drawing.Text(text, x, y + (0.36f * size), size, color, SKTextAlign.Center);

    private static float Middle(int start, int index) => start + ((index + 0.5f) * Cell);

    private static double Share(ConfusionMatrix matrix, int label, int digit)
    {
        long images = Enumerable.Range(0, Classes).Sum(other => matrix[label, other]);
        return images == 0 ? 0 : (double)matrix[label, digit] / images;
    }

    private static string Percent(double share) =>
        double.IsNaN(share) ? "–" : (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
}
