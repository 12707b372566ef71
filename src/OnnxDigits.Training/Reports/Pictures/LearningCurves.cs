using OnnxDigits.Training.Loop;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws loss and accuracy per epoch, for one run or several.</summary>
/// <remarks>Solid lines show training. Dashed lines show validation, for runs that hold out images.</remarks>
internal static class LearningCurves
{
    private const int Width = 1200;
    private const int PlotHeight = 440;
    private const int Margin = 24;
    private const int TitleHeight = 52;

    /// <param name="title">The title.</param>
    /// <param name="runs">The name and the epochs of each run. The names of several runs become the legend.</param>
    /// <param name="palette">The colours.</param>
    public static byte[] Draw(
        string title, IReadOnlyList<(string Name, IReadOnlyList<EpochMetrics> Epochs)> runs, Palette palette)
    {
        EpochMetrics[][] epochs = [.. runs.Select(run => run.Epochs.ToArray())];
        var entries = new List<Legend.Entry>();
        if (runs.Count > 1) entries.AddRange(runs.Select((run, i) => new Legend.Entry(run.Name, ColorOf(palette, i))));
        if (epochs.Any(HasValidation))
        {
            Color color = runs.Count == 1 ? ColorOf(palette, 0) : palette.Ink;
            entries.AddRange([new("training", color), new("validation", color, Dashed: true)]);
        }

        var legend = new Legend(entries, Width - (2 * Margin));
        float top = TitleHeight + legend.Height + 8;
        using var drawing = new Drawing(Width, (int)top + PlotHeight, palette);
        drawing.Text(title, Margin, 36, 19);
        legend.Draw(drawing, Margin, TitleHeight);
        using Plot loss = CreatePlot(palette, "loss (nats)", epochs, e => e.Loss, e => e.ValidationLoss!.Value);
        using Plot accuracy = CreatePlot(
            palette, "accuracy", epochs, e => e.Accuracy, e => e.ValidationAccuracy!.Value);
        const float Middle = Width / 2f;
        drawing.Plot(loss, 8, top, Middle, top + PlotHeight - 8);
        drawing.Plot(accuracy, Middle, top, Width - 8, top + PlotHeight - 8);
        return drawing.ToPng();
    }

    private static Plot CreatePlot(
        Palette palette, string label, EpochMetrics[][] runs,
        Func<EpochMetrics, double> training, Func<EpochMetrics, double> validation)
    {
        Plot plot = Drawing.CreatePlot(palette, "epoch", label);
        int last = runs.SelectMany(run => run).Select(epoch => epoch.Epoch).DefaultIfEmpty(1).Max();
        for (int i = 0; i < runs.Length; i++)
        {
            AddLine(runs[i], training, i, LinePattern.Solid);
            if (HasValidation(runs[i])) AddLine(runs[i], validation, i, LinePattern.Dashed);
        }

        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        double side = Math.Max(0.25, 0.04 * last);
        plot.Axes.SetLimitsX(1 - side, last + side);
        // A single point has no range.
        if (runs is [[var only]] && !HasValidation(runs[0]) && double.IsFinite(training(only)))
        {
            double value = training(only), range = Math.Max(0.01, 0.05 * value);
            plot.Axes.SetLimitsY(value - range, value + range);
        }
        return plot;

        void AddLine(EpochMetrics[] epochs, Func<EpochMetrics, double> measure, int run, LinePattern pattern)
        {
            if (epochs.Length == 0) return;

            Coordinates[] points = [.. epochs.Select(epoch => new Coordinates(epoch.Epoch, measure(epoch)))];
            var line = plot.Add.Scatter(points, ColorOf(palette, run));
            line.LineWidth = 2;
            line.LinePattern = pattern;
            line.MarkerSize = last > 40 ? 0 : 6;
        }
    }

    private static bool HasValidation(EpochMetrics[] epochs) => epochs is [{ ValidationLoss: not null }, ..];

    private static Color ColorOf(Palette palette, int run) => palette.Series[run % palette.Series.Count];
}
