using System.Globalization;
using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Training.Reports.Pictures;

/// <summary>Draws many digits, sorted by label, with the labels on the left.</summary>
internal static class DigitSheet
{
    private const int Cell = DigitImages.Columns + 2;

    // The limit of PNG decoders and image viewers, in units.
    private const int MaxHeight = 15_000;

    /// <param name="images">The digits.</param>
    /// <param name="comparison">Digits to draw on grey, in a row after each row of digits, or <c>null</c>.</param>
    /// <param name="columns">The number of digits in a row.</param>
    /// <param name="palette">The colours.</param>
    /// <exception cref="IOException">The picture would be too high.</exception>
    public static byte[] Draw(DigitImages images, DigitImages? comparison, int columns, Palette palette)
    {
        var rows = new List<(int Label, DigitImages Images, int[] Indices)>();
        for (int label = 0; label < DigitImages.Classes; label++)
        {
            int[][] own = Rows(images, label, columns);
            int[][] compared = comparison is null ? [] : Rows(comparison, label, columns);
            for (int i = 0; i < Math.Max(own.Length, compared.Length); i++)
            {
                if (i < own.Length) rows.Add((label, images, own[i]));
                if (i < compared.Length) rows.Add((label, comparison!, compared[i]));
            }
        }

        int height = Math.Max(rows.Count, 1) * Cell;
        if (height > MaxHeight)
        {
            throw new IOException($"The sheet would have {height} rows of pixels; the limit is {MaxHeight}. Use more "
                + "--columns or a smaller --count.");
        }

        using var drawing = new Drawing((columns + 1) * Cell, height, palette);
        for (int row = 0; row < rows.Count; row++)
        {
            (int label, DigitImages source, int[] indices) = rows[row];
            string name = label.ToString(CultureInfo.InvariantCulture);
            drawing.Text(name, Cell / 2f, (row * Cell) + 22, 20, palette.Muted, SKTextAlign.Center);
            for (int i = 0; i < indices.Length; i++)
            {
                var place = SKRect.Create(
                    ((i + 1) * Cell) + 1, (row * Cell) + 1, DigitImages.Columns, DigitImages.Rows);
                drawing.Digit(source.Image(indices[i]), place, background: source == images ? 0 : 0.15);
            }
        }

        return drawing.ToPng();
    }

    private static int[][] Rows(DigitImages images, int label, int columns) =>
        [.. Enumerable.Range(0, images.Count).Where(i => images.Label(i) == label).Chunk(columns)];
}
