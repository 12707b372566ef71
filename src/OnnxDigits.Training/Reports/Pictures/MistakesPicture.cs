using System.Globalization;
using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws the most confident mistakes with label, prediction, index and probability.</summary>
public static class MistakesPicture
{
    /// <summary>The largest number of mistakes in a picture.</summary>
    public const int MaxCount = 50;

    private const int Columns = 10;
    private const int ImageSize = DigitImages.Columns * 4;
    private const int CellWidth = ImageSize + 18;
    private const int CellHeight = ImageSize + 52;
    private const int Margin = 24;
    private const int Top = 88;
    private const int Width = (2 * Margin) + ((Columns - 1) * CellWidth) + ImageSize;

    /// <summary>Draws a PNG picture.</summary>
    /// <param name="title">The title.</param>
    /// <param name="mistakes">All mistakes, the most confident first.</param>
    /// <param name="images">The test images to which the mistakes refer.</param>
    /// <param name="disputed">The indices of images with a disputed label, which get a frame.</param>
    /// <param name="palette">The colours.</param>
    public static byte[] Draw(
        string title, IReadOnlyList<Mistake> mistakes, DigitImages images, IReadOnlyCollection<int> disputed,
        Palette palette)
    {
        int shown = Math.Min(mistakes.Count, MaxCount);
        int rows = (shown + Columns - 1) / Columns;
        using var drawing = new Drawing(Width, Top + (rows * CellHeight) + (Margin / 2), palette);
        drawing.Text(title, Margin, 36, 19);
        bool anyDisputed = mistakes.Take(shown).Any(mistake => disputed.Contains(mistake.Index));
        drawing.Text(Caption(mistakes.Count, shown, images.Count, anyDisputed), Margin, 62, 14, palette.Muted);
        for (int i = 0; i < shown; i++)
        {
            (int row, int column) = Math.DivRem(i, Columns);
            var place = SKRect.Create(Margin + (column * CellWidth), Top + (row * CellHeight), ImageSize, ImageSize);
            DrawMistake(drawing, mistakes[i], images, place, palette);
            if (disputed.Contains(mistakes[i].Index)) drawing.Frame(place, palette.Right, 4);
        }

        return drawing.ToPng();
    }

    private static string Caption(int mistakes, int shown, int images, bool anyDisputed)
    {
        string caption = FormattableString.Invariant($"{mistakes:N0} mistakes on {images:N0} test images");
        if (mistakes == 0) return $"{caption}.";

        caption += mistakes > shown ? $", the {shown} most confident shown." : ".";
        caption += " Label → prediction; index in the test set; confidence.";
        return anyDisputed ? caption + " Framed: the label is disputed." : caption;
    }

    private static void DrawMistake(Drawing drawing, Mistake mistake, DigitImages images, SKRect place, Palette palette)
    {
        drawing.Digit(images.Image(mistake.Index), place);
        drawing.Frame(place, palette.Lines, 1);
        string confidence = mistake.Confidence.ToString("F4", CultureInfo.InvariantCulture);
        drawing.Text($"{mistake.Label} → {mistake.Digit}", place.Left, place.Bottom + 20, 16);
        drawing.Text($"#{mistake.Index}", place.Left, place.Bottom + 38, 13, palette.Muted);
        drawing.Text(confidence, place.Right, place.Bottom + 38, 13, palette.Muted, SKTextAlign.Right);
    }
}
