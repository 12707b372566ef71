using OnnxDigits.Training.Sweeps;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws the results of a sweep: a row for each recipe with its mean and the value of each seed.</summary>
internal static class RankingPicture
{
    /// <summary>The largest number of recipes in a picture.</summary>
    public const int MaxCount = 40;

    private const int MinWidth = 1200;
    private const int PlotWidth = 640;
    private const int TickSize = 13;
    private const int Margin = 24;
    private const int Top = 72;
    private const int RowHeight = 28;
    private const int AxisHeight = 76;

    /// <param name="title">The title.</param>
    /// <param name="ranks">The recipes, the best first.</param>
    /// <param name="byLoss">Indicates whether to draw the validation loss instead of the accuracy.</param>
    /// <param name="palette">The colours.</param>
    public static byte[] Draw(string title, IReadOnlyList<SweepRank> ranks, bool byLoss, Palette palette)
    {
        // Recipes that diverge would hide the differences of the others.
        SweepRank[] shown =
            [.. ranks.Where(rank => rank.Losses.Count > 0 && rank.Losses.All(double.IsFinite)).Take(MaxCount)];
        double[][] values = [.. shown.Select(rank => (byLoss ? rank.Losses : rank.Accuracies).ToArray())];
        string[] labels = [.. shown.Select(rank => rank.Trial.Description)];
        float labelWidth = labels.Select(label => Drawing.WidthOf(label, TickSize)).DefaultIfEmpty(0).Max();
        int width = Math.Max(MinWidth, PlotWidth + (int)labelWidth);
        int bottom = Top + (Math.Max(shown.Length, 1) * RowHeight) + AxisHeight;
        using var drawing = new Drawing(width, bottom + 8, palette);
        drawing.Text(title, Margin, 36, 19);
        drawing.Text(
            $"{shown.Length} of {ranks.Count} recipes, the best first. A dot is a seed; the bar is the mean.",
            Margin, 62, 14, palette.Muted);
        using Plot plot = Drawing.CreatePlot(palette, byLoss ? "validation loss (nats)" : "validation accuracy", "");
        for (int i = 0; i < shown.Length; i++)
        {
            double mean = values[i].Average(), y = shown.Length - i;
            var bar = plot.Add.Line(mean, y - 0.35, mean, y + 0.35);
            (bar.Color, bar.LineWidth, bar.MarkerSize) = (palette.Ink, 3, 0);
            Coordinates[] seeds = [.. values[i].Select(value => new Coordinates(value, y))];
            var dots = plot.Add.ScatterPoints(seeds);
            (dots.Color, dots.MarkerSize) = (palette.Series[0].WithAlpha(0.8), 9);
        }

        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. shown.Select((_, i) => (double)(shown.Length - i))], labels);
        double[] all = [.. values.SelectMany(seeds => seeds).DefaultIfEmpty(0.5)];
        double side = Math.Max(0.001, 0.05 * (all.Max() - all.Min()));
        plot.Axes.SetLimitsX(all.Min() - side, all.Max() + side);
        plot.Axes.SetLimitsY(0.4, Math.Max(shown.Length, 1) + 0.6);
        drawing.Plot(plot, Margin - 8, Top, width - 8, bottom);
        return drawing.ToPng();
    }
}
