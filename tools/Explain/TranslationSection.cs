using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using Color = ScottPlot.Color;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain;

/// <summary>How well a digit is read that is not in the middle.</summary>
internal static class TranslationSection
{
    private const int Farthest = 8;

    public static void Write(Page page, IReadOnlyList<ExplainedNetwork> networks, DigitImages test)
    {
        ShiftGrid[] grids = [.. networks.Select(network => ShiftGrid.Measure(network, test, Farthest))];
        page.Line("## Translation");
        page.Line();
        page.Line($"Each of the {test.Count:N0} test images is moved by 0 to {Farthest} pixels in every direction, {(2 * Farthest + 1) * (2 * Farthest + 1)} places in all, and read");
        page.Line("where it is, without the preprocessing that would bring it back to the middle.");
        page.Line();
        page.Line(Sentence(grids));
        page.Line();
        page.Picture("shift", "Accuracy against the distance of the shift, a line for each network", palette => Curves(grids, palette));
        page.Picture("shift-map", "Accuracy for each shift, a map for each network", palette => Maps(grids, palette));
        page.Table(
            ["pixels", .. grids.Select(grid => grid.Network)],
            Enumerable.Range(0, Farthest + 1).Select(distance => (string[])
            [
                distance.ToString(CultureInfo.InvariantCulture),
                .. grids.Select(grid => grid.At(distance).ToString("0.0000", CultureInfo.InvariantCulture)),
            ]));
        page.Line("A row is the mean over all shifts whose larger component has so many pixels.");
        page.Line();
    }

    private static string Sentence(ShiftGrid[] grids) => string.Create(
        CultureInfo.InvariantCulture,
        $"Two pixels off, {string.Join(", ", grids.Select(grid => string.Create(CultureInfo.InvariantCulture, $"{grid.Network} reads {100 * grid.At(2):0.0} %")))}; four pixels off, {string.Join(", ", grids.Select(grid => string.Create(CultureInfo.InvariantCulture, $"{100 * grid.At(4):0.0} %")))}.");

    private static byte[] Curves(ShiftGrid[] grids, Palette palette)
    {
        using Plot plot = Drawing.CreatePlot(palette, "shift (pixels)", "accuracy");
        double[] distances = [.. Enumerable.Range(0, Farthest + 1).Select(distance => (double)distance)];
        foreach ((int place, ShiftGrid grid) in grids.Index())
        {
            var line = plot.Add.Scatter(distances, distances.Select(d => grid.At((int)d)).ToArray(), palette.Series[place]);
            line.LineWidth = 2;
        }

        plot.Axes.SetLimits(-0.2, Farthest + 0.2, 0, 1.02);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        return Chart.Draw(plot, grids.Select((grid, place) => new Legend.Entry(grid.Network, palette.Series[place])), palette);
    }

    private static byte[] Maps(ShiftGrid[] grids, Palette palette)
    {
        const int Cell = 20, Side = (2 * Farthest + 1) * Cell, Gap = 32, Top = 60;
        int width = grids.Length * (Side + Gap) + Gap;
        using var drawing = new Drawing(width, Top + Side + 48, palette);
        foreach ((int place, ShiftGrid grid) in grids.Index())
        {
            float left = Gap + place * (Side + Gap);
            drawing.Text(grid.Network, left, 44, 17);
            for (int down = -Farthest; down <= Farthest; down++)
            {
                for (int right = -Farthest; right <= Farthest; right++)
                {
                    Color color = palette.OnPaper(palette.Right, grid[right, down]);
                    using var paint = new SkiaSharp.SKPaint { Color = color.ToSKColor() };
                    drawing.Canvas.DrawRect(
                        left + (right + Farthest) * Cell, Top + (down + Farthest) * Cell, Cell - 1, Cell - 1, paint);
                }
            }
        }

        drawing.Text("full colour: all read; none: none. The middle of a map is the image where it was.", Gap, Top + Side + 30, 14, palette.Muted);
        return drawing.ToPng();
    }
}
