using OnnxDigits.Data;
using OnnxDigits.Training.Reports.Pictures;
using SkiaSharp;

namespace OnnxDigits.Tools.Explain.Layers;

/// <summary>Patches that excite some channels of a layer, a row for each channel; and what a place sees.</summary>
internal static class PatchesPicture
{
    public const int Channels = 10, Patches = 9;

    private const int Side = 72, Gap = 6, Margin = 24, Top = 60, NameWidth = 64;

    public static byte[] Draw(string title, TopPatches found, ReceptiveField field, DigitImages images, Palette palette)
    {
        // Those that some images excite most: a channel that nothing excites shows nothing.
        int[] shown = [.. found.Channels.Index().Where(channel => channel.Item.Count > 0)
            .OrderByDescending(channel => channel.Item[0].Value).Take(Channels).Select(channel => channel.Index)];
        using var drawing = new Drawing(
            2 * Margin + NameWidth + Patches * (Side + Gap), Top + shown.Length * (Side + Gap) + Margin, palette);
        drawing.Text(title, Margin, 36, 16);
        foreach ((int row, int channel) in shown.Index())
        {
            float top = Top + row * (Side + Gap);
            drawing.Text($"#{channel}", Margin, top + Side / 2 + 5, 14, palette.Muted);
            foreach ((int column, Patch patch) in found.Channels[channel].Index())
            {
                var part = SKRect.Create(field.First(patch.Column), field.First(patch.Row), field.Size, field.Size);
                var place = SKRect.Create(Margin + NameWidth + column * (Side + Gap), top, Side, Side);
                Tiles.Digit(drawing, images.Image(patch.Image), part, place, palette);
            }
        }

        return drawing.ToPng();
    }

    /// <summary>A digit, and on it the field of the middle place of each layer.</summary>
    public static byte[] Fields(
        IReadOnlyList<(string Module, ReceptiveField Field, int Places)> layers, ReadOnlySpan<byte> image, Palette palette)
    {
        const int Zoom = 6, Large = DigitImages.Columns * Zoom, Columns = 4;
        int rows = (layers.Count + Columns - 1) / Columns;
        using var drawing = new Drawing(
            2 * Margin + Columns * (Large + Margin), Margin + rows * (Large + 2 * Margin + 16), palette);
        using var frame = new SKPaint { Color = palette.Wrong.ToSKColor(), IsStroke = true, StrokeWidth = 3 };
        foreach ((int index, (string module, ReceptiveField field, int places)) in layers.Index())
        {
            (int row, int column) = Math.DivRem(index, Columns);
            float left = Margin + column * (Large + Margin), top = 2 * Margin + row * (Large + 2 * Margin + 16);
            drawing.Text($"{module}: {field.Size}×{field.Size}", left, top - 8, 14);
            Tiles.Digit(
                drawing, image, SKRect.Create(DigitImages.Columns, DigitImages.Rows), SKRect.Create(left, top, Large, Large), palette);
            float first = field.First(places / 2) * Zoom;
            var seen = SKRect.Create(left + first, top + first, field.Size * Zoom, field.Size * Zoom);
            // A field that reaches over the border sees the padding there: what is left is all of the image.
            drawing.Canvas.DrawRect(SKRect.Intersect(seen, SKRect.Create(left - 4, top - 4, Large + 8, Large + 8)), frame);
        }

        return drawing.ToPng();
    }
}
