using System.Globalization;
using OnnxDigits.Data;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>
/// A confusion matrix: counts in cells, recall beside the rows and precision below the columns. Mistakes have a colour
/// of their own, by the root of their share of the row, for most are below a hundredth.
/// </summary>
internal static class ConfusionPicture
{
    private const int Width = 860;
    private const int Height = 860;
    private const int Classes = DigitImages.Classes;

    // Cells are one apart; names of digits stand close to them, recall and precision farther.
    private const double BeforeCells = 0.75;
    private const double AfterCells = Classes - 0.25;
    private const double Outside = Classes + 0.2;

    public static byte[] Draw(string title, ConfusionMatrix matrix, Palette palette)
    {
        using Plot plot = Panel.Create(palette, "read as", "label");
        plot.HideGrid();
        double strongest = Digits.Max(label => Digits.Max(digit => digit == label ? 0 : Share(matrix, label, digit)));
        foreach (int label in Digits)
        {
            foreach (int digit in Digits)
            {
                double share = Share(matrix, label, digit);
                Color color = label == digit
                    ? palette.OnPaper(palette.Right, 0.75 * share)
                    : palette.OnPaper(palette.Wrong, share == 0 ? 0 : 0.15 + (0.75 * Math.Sqrt(share / strongest)));
                Cell(plot, label, digit, matrix[label, digit], color, palette);
            }

            string name = label.ToString(CultureInfo.InvariantCulture);
            Note(plot, name, -BeforeCells, label, palette.Ink);
            Note(plot, name, label, AfterCells, palette.Ink);
            Note(plot, PerCent(matrix.Recall(label)), Outside, label, palette.Muted);
            Note(plot, PerCent(matrix.Precision(label)), label, Outside, palette.Muted);
        }

        Note(plot, "recall %", Outside, -BeforeCells, palette.Muted);
        Note(plot, "precision %", Outside, Outside, palette.Muted);
        plot.Axes.Bottom.TickGenerator = plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        plot.Axes.Frame(false);
        plot.Axes.SetLimits(-1, Outside + 0.6, Outside + 0.4, -1);

        using var drawing = new Drawing(Width, Height, palette);
        drawing.Text(title, 24, 36, 19);
        drawing.Plot(plot, 8, 48, Width - 8, Height - 8);
        return drawing.ToPng();
    }

    private static IEnumerable<int> Digits => Enumerable.Range(0, Classes);

    private static void Cell(Plot plot, int label, int digit, long count, Color color, Palette palette)
    {
        var cell = plot.Add.Rectangle(digit - 0.48, digit + 0.48, label - 0.48, label + 0.48);
        cell.FillColor = color;
        cell.LineColor = palette.Lines;
        cell.LineWidth = 1;
        if (count == 0) return;

        var text = plot.Add.Text(count.ToString(CultureInfo.InvariantCulture), digit, label);
        text.LabelFontSize = 16;
        text.LabelFontColor = palette.TextOn(color);
        text.Alignment = Alignment.MiddleCenter;
    }

    private static void Note(Plot plot, string note, double x, double y, Color color)
    {
        var text = plot.Add.Text(note, x, y);
        text.LabelFontSize = 13;
        text.LabelFontColor = color;
        text.Alignment = Alignment.MiddleCenter;
    }

    private static double Share(ConfusionMatrix matrix, int label, int digit)
    {
        long images = Digits.Sum(other => matrix[label, other]);
        return images == 0 ? 0 : (double)matrix[label, digit] / images;
    }

    private static string PerCent(double part) =>
        double.IsNaN(part) ? "–" : (100 * part).ToString("0.00", CultureInfo.InvariantCulture);
}
