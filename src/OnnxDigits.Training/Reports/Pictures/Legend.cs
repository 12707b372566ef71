using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>What lines and marks mean, in rows above a picture, where they cover nothing.</summary>
internal sealed class Legend
{
    private const float RowHeight = 24;
    private const float TextSize = 14;
    private const float SampleWidth = 34;
    private const float Gap = 8;
    private readonly List<(Entry Entry, float X, int Row)> _places = [];

    /// <summary>Lays the entries out.</summary>
    /// <param name="entries">In order.</param>
    /// <param name="width">In pixels; a row that is longer is broken.</param>
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

        Height = (row + 1) * RowHeight;
    }

    public float Height { get; }

    public void Draw(Drawing drawing, float left, float top)
    {
        foreach ((Entry entry, float x, int row) in _places)
        {
            float middle = top + (row * RowHeight) + (RowHeight / 2);
            entry.DrawSample(drawing.Canvas, left + x, middle, SampleWidth);
            drawing.Text(entry.Text, left + x + SampleWidth + Gap, middle + (TextSize * 0.36f), TextSize);
        }
    }

    /// <summary>A line or a ring, and what it means.</summary>
    internal sealed record Entry(string Text, Color Color, bool Dashed = false, bool Ring = false)
    {
        public void DrawSample(SKCanvas canvas, float x, float y, float width)
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
            if (Ring) canvas.DrawCircle(x + (width / 2), y, 7, paint);
            else canvas.DrawLine(x, y, x + width, y, paint);
        }
    }
}
