using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Lays out and draws the legend of a picture in rows, outside its plots.</summary>
public sealed class Legend
{
    private const float RowHeight = 24;
    private const float TextSize = 14;
    private const float SampleWidth = 34;
    private const float Gap = 8;
    private readonly List<(Entry Entry, float X, int Row)> _places = [];

    /// <summary>Initializes a legend.</summary>
    /// <param name="entries">The entries, in the order in which they are drawn.</param>
    /// <param name="width">The width of a row in units; further entries start a new row.</param>
    public Legend(IEnumerable<Entry> entries, float width)
    {
        float x = 0;
        int row = 0;
        foreach (Entry entry in entries)
        {
            float taken = SampleWidth + Gap + Drawing.WidthOf(entry.Text, TextSize);
            if (x > 0 && x + taken > width) (x, row) = (0, row + 1);
            _places.Add((entry, x, row));
            x += taken + (3 * Gap);
        }

        Height = _places.Count == 0 ? 0 : (row + 1) * RowHeight;
    }

    /// <summary>Gets the height of all rows in units.</summary>
    public float Height { get; }

    /// <summary>Draws the legend.</summary>
    /// <param name="drawing">The page.</param>
    /// <param name="left">The left side of the rows.</param>
    /// <param name="top">The upper side of the first row.</param>
    public void Draw(Drawing drawing, float left, float top)
    {
        foreach ((Entry entry, float x, int row) in _places)
        {
            float middle = top + (row * RowHeight) + (RowHeight / 2);
            entry.DrawSample(drawing.Canvas, left + x, middle, SampleWidth);
            drawing.Text(entry.Text, left + x + SampleWidth + Gap, middle + (TextSize * 0.36f), TextSize);
        }
    }

    /// <summary>Represents a label and the sample of a line that it explains.</summary>
    /// <param name="Text">The label.</param>
    /// <param name="Color">The colour of the sample.</param>
    /// <param name="Dashed">Indicates whether the line is dashed.</param>
    public sealed record Entry(string Text, Color Color, bool Dashed = false)
    {
        internal void DrawSample(SKCanvas canvas, float x, float y, float width)
        {
            using SKPathEffect? dash = Dashed ? SKPathEffect.CreateDash([7, 5], 0) : null;
            using var paint = new SKPaint
            {
                Color = Color.ToSKColor(),
                StrokeWidth = 2.5f,
                IsStroke = true,
                IsAntialias = true,
                PathEffect = dash,
            };
            canvas.DrawLine(x, y, x + width, y, paint);
        }
    }
}
