using OnnxDigits.Training.Loop;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Loss and accuracy per epoch, of one run or of several together.</summary>
/// <remarks>Validation is solid and training dashed; where nothing is held out, training is all there is.</remarks>
internal static class LearningCurves
{
    private const int Width = 1200;
    private const int PanelHeight = 440;
    private const int Margin = 24;
    private const int TitleHeight = 52;

    public static byte[] Draw(string title, IReadOnlyList<RunCurve> runs, Palette palette)
    {
        Line[] lines = [.. runs.SelectMany((run, place) => LinesOf(run, place, runs.Count, palette))];
        var legend = new Legend(Entries(runs, lines, palette), Width - (2 * Margin));
        float top = TitleHeight + legend.Height + 8;
        using var drawing = new Drawing(Width, (int)top + PanelHeight, palette);
        drawing.Text(title, Margin, 36, 19);
        legend.Draw(drawing, Margin, TitleHeight);
        int lastEpoch = runs.SelectMany(run => run.Epochs).Select(epoch => epoch.Epoch).DefaultIfEmpty(1).Max();
        using Plot loss = Fill("loss (nats)", lines, line => line.Loss, lastEpoch, palette);
        using Plot accuracy = Fill("accuracy", lines, line => line.Accuracy, lastEpoch, palette);
        SetHeight(loss, lines.SelectMany(line => line.Run.Epochs.Select(line.Loss)), lowest: 0, highest: null);
        SetHeight(accuracy, lines.SelectMany(line => line.Run.Epochs.Select(line.Accuracy)), lowest: null, highest: 1);
        const float Middle = Width / 2f;
        drawing.Plot(loss, 8, top, Middle, top + PanelHeight - 8);
        drawing.Plot(accuracy, Middle, top, Width - 8, top + PanelHeight - 8);
        return drawing.ToPng();
    }

    private static IEnumerable<Line> LinesOf(RunCurve run, int place, int runs, Palette palette)
    {
        Color color = palette.Series[place % palette.Series.Count];
        bool heldOut = run.Epochs.Any(epoch => !double.IsNaN(epoch.ValidationLoss));
        Color training = runs == 1 && heldOut ? palette.Series[1] : color;
        yield return new Line(run, training, Dashed: true, Kept: !heldOut, e => e.Loss, e => e.Accuracy);
        if (heldOut)
        {
            yield return new Line(
                run, color, Dashed: false, Kept: true, e => e.ValidationLoss, e => e.ValidationAccuracy);
        }
    }

    private static IEnumerable<Legend.Entry> Entries(IReadOnlyList<RunCurve> runs, Line[] lines, Palette palette)
    {
        bool several = runs.Count > 1;
        foreach (Line line in lines.Where(line => several && line.Kept))
            yield return new Legend.Entry(line.Run.Name, line.Color);
        if (lines.FirstOrDefault(line => !line.Dashed) is { } validation)
            yield return new Legend.Entry("validation", several ? palette.Ink : validation.Color);
        if (lines.FirstOrDefault(line => line.Dashed) is { } training)
            yield return new Legend.Entry("training", several ? palette.Ink : training.Color, Dashed: true);
    }

    private static Plot Fill(
        string what, Line[] lines, Func<Line, Func<EpochMetrics, double>> measure, int lastEpoch, Palette palette)
    {
        Plot plot = Panel.Create(palette, "epoch", what);
        foreach (Line line in lines)
        {
            EpochMetrics[] epochs = [.. line.Run.Epochs.Where(epoch => double.IsFinite(measure(line)(epoch)))];
            if (epochs.Length == 0) continue;

            Coordinates[] points = [.. epochs.Select(epoch => new Coordinates(epoch.Epoch, measure(line)(epoch)))];
            var curve = plot.Add.Scatter(points, line.Color);
            curve.LineWidth = 2;
            curve.MarkerSize = lastEpoch > 40 ? 0 : 6;
            if (line.Dashed) curve.LinePattern = LinePattern.Dashed;
        }

        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        double side = Math.Max(0.25, 0.04 * lastEpoch);
        plot.Axes.SetLimitsX(1 - side, lastEpoch + side);
        return plot;
    }

    // Zero loss and full accuracy are the ends of what there can be.
    private static void SetHeight(Plot plot, IEnumerable<double> values, double? lowest, double? highest)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return;

        double room = Math.Max(0.08 * (finite.Max() - finite.Min()), 1e-3);
        plot.Axes.SetLimitsY(
            lowest ?? finite.Min() - room, Math.Min(finite.Max() + room, highest + (room / 3) ?? double.MaxValue));
    }

    private sealed record Line(
        RunCurve Run, Color Color, bool Dashed, bool Kept,
        Func<EpochMetrics, double> Loss, Func<EpochMetrics, double> Accuracy);
}
