using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Plots in the colours of a palette.</summary>
internal static class Panel
{
    private const float Small = 13;
    private const float Large = 15;

    public static Plot Create(Palette palette, string horizontal, string vertical)
    {
        SKTypeface _ = EmbeddedFont.Typeface;
        var plot = new Plot();
        plot.FigureBackground.Color = palette.Paper;
        plot.DataBackground.Color = palette.Paper;
        plot.Axes.Color(palette.Muted);
        plot.Axes.FrameColor(palette.Lines);
        plot.Grid.MajorLineColor = palette.Lines.WithAlpha(0.6);
        plot.XLabel(horizontal, Large);
        plot.YLabel(vertical, Large);
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = Small;
            axis.MinorTickStyle.Length = 0;
            axis.Label.Bold = false;
            axis.Label.ForeColor = palette.Ink;
        }

        return plot;
    }
}
