using OnnxDigits.Training.Reports.Pictures;
using Plot = ScottPlot.Plot;

namespace OnnxDigits.Tools.Explain;

/// <summary>A plot below its legend.</summary>
internal static class Chart
{
    private const int Width = 900, Height = 520, Margin = 24, NoteHeight = 26;

    /// <param name="plot">What is plotted.</param>
    /// <param name="entries">What its lines mean.</param>
    /// <param name="palette">Colours.</param>
    /// <param name="note">A line below; null for none.</param>
    public static byte[] Draw(Plot plot, IEnumerable<Legend.Entry> entries, Palette palette, string? note = null)
    {
        var legend = new Legend(entries, Width - (2 * Margin));
        using var drawing = new Drawing(Width, Height, palette);
        legend.Draw(drawing, Margin, 12);
        drawing.Plot(plot, 8, 16 + legend.Height, Width - 8, Height - 8 - (note is null ? 0 : NoteHeight));
        if (note is not null) drawing.Text(note, Margin, Height - 12, 13, palette.Muted);
        return drawing.ToPng();
    }
}
