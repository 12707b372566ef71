using OnnxDigits.Training.Reports.Pictures;
using AxisLimits = ScottPlot.AxisLimits;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain;

/// <summary>Draws plots with a title and a legend above them.</summary>
internal static class Chart
{
    private const int Width = 900;
    private const int Height = 550;
    private const int Top = 46;
    private const int Margin = 24;

    /// <summary>Draws a line for each network.</summary>
    /// <param name="palette">The colours.</param>
    /// <param name="title">The title.</param>
    /// <param name="axes">The labels of the horizontal and the vertical axis.</param>
    /// <param name="limits">The limits of the axes.</param>
    /// <param name="lines">The names and points of the lines.</param>
    /// <param name="draw">Adds something else to the plot.</param>
    public static byte[] DrawLines(
        Palette palette, string title, (string Horizontal, string Vertical) axes, AxisLimits limits,
        IReadOnlyList<(string Name, double[] X, double[] Y)> lines, Action<Plot>? draw = null)
    {
        using Plot plot = Drawing.CreatePlot(palette, axes.Horizontal, axes.Vertical);
        draw?.Invoke(plot);
        foreach ((int i, (_, double[] x, double[] y)) in lines.Index())
        {
            var line = plot.Add.Scatter(x, y, palette.Series[i]);
            line.LineWidth = 2;
            line.MarkerSize = 7;
        }

        plot.Axes.SetLimits(limits);
        var legend = new Legend(
            lines.Select((line, i) => new Legend.Entry(line.Name, palette.Series[i])), Width - 2 * Margin);
        using var drawing = new Drawing(Width, Height, palette);
        drawing.Text(title, Margin, 34, 17);
        legend.Draw(drawing, Margin, Top);
        drawing.Plot(plot, 8, Top + legend.Height, Width - 8, Height - 8);
        return drawing.ToPng();
    }
}
