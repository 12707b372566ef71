using System.Globalization;
using OnnxDigits.Data;
using ScottPlot;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>The most confident mistakes: each image with its label, what it was read as, place, probability.</summary>
internal static class MistakesPicture
{
    /// <summary>Mistakes on a sheet.</summary>
    public const int Most = 50;

    private const int Columns = 10;
    private const int Zoom = 4;
    private const int ImageSize = DigitImages.Columns * Zoom;
    private const int CellWidth = ImageSize + 18;
    private const int CellHeight = ImageSize + 52;
    private const int Margin = 24;
    private const int Top = 88;
    private const float FrameWidth = 4;

    /// <param name="title">What stands above.</param>
    /// <param name="mistakes">All, most confident first.</param>
    /// <param name="images">The images that they are among.</param>
    /// <param name="disputed">Places of the images whose label people do not share: they get a frame.</param>
    /// <param name="palette">Colours.</param>
    public static byte[] Draw(
        string title, IReadOnlyList<Mistake> mistakes, DigitImages images, IReadOnlyCollection<int> disputed, Palette palette)
    {
        int shown = Math.Min(mistakes.Count, Most);
        int rows = (shown + Columns - 1) / Columns;
        const int Width = (2 * Margin) + ((Columns - 1) * CellWidth) + ImageSize;
        using var drawing = new Drawing(Width, Top + (rows * CellHeight) + (Margin / 2), palette);
        drawing.Text(title, Margin, 36, 19);
        bool anyFramed = mistakes.Take(shown).Any(mistake => disputed.Contains(mistake.Index));
        drawing.Text(Explanation(mistakes.Count, shown, images.Count, anyFramed), Margin, 62, 14, palette.Muted);
        for (int i = 0; i < shown; i++)
        {
            (int row, int column) = Math.DivRem(i, Columns);
            int x = Margin + (column * CellWidth);
            DrawCell(drawing, mistakes[i], images, x, Top + (row * CellHeight), palette);
            if (disputed.Contains(mistakes[i].Index)) DrawFrame(drawing, x, Top + (row * CellHeight), palette);
        }

        return drawing.ToPng();
    }

    private static string Explanation(int mistakes, int shown, int images, bool anyFramed)
    {
        string which = mistakes > shown ? $"The {shown} most confident of " : "";
        string count = FormattableString.Invariant($"{mistakes:N0} mistakes on {images:N0} test images.");
        string cell = mistakes > 0 ? " Label → read as; place in the test set, from 0; probability." : "";
        string framed = anyFramed ? " In a frame: people dispute the label." : "";
        return which + count + cell + framed;
    }

    private static void DrawCell(Drawing drawing, Mistake mistake, DigitImages images, int x, int y, Palette palette)
    {
        using SKImage image = DigitPicture.Of(images.Image(mistake.Index), palette);
        var place = SKRect.Create(x, y, ImageSize, ImageSize);
        drawing.Canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
        using var frame = new SKPaint { Color = palette.Lines.ToSKColor(), IsStroke = true, StrokeWidth = 1 };
        drawing.Canvas.DrawRect(SKRect.Create(x - 0.5f, y - 0.5f, ImageSize + 1, ImageSize + 1), frame);

        string probability = mistake.Probability.ToString("F4", CultureInfo.InvariantCulture);
        drawing.Text($"{mistake.Label} → {mistake.Digit}", x, y + ImageSize + 20, 16);
        drawing.Text($"#{mistake.Index}", x, y + ImageSize + 38, 13, palette.Muted);
        drawing.Text(probability, x + ImageSize, y + ImageSize + 38, 13, palette.Muted, SKTextAlign.Right);
    }

    private static void DrawFrame(Drawing drawing, int x, int y, Palette palette)
    {
        using var frame = new SKPaint { Color = palette.Right.ToSKColor(), IsStroke = true, StrokeWidth = FrameWidth };
        const float Outside = FrameWidth / 2;
        drawing.Canvas.DrawRect(SKRect.Create(x - Outside, y - Outside, ImageSize + FrameWidth, ImageSize + FrameWidth), frame);
    }
}
