using OnnxDigits.Data;
using SkiaSharp;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>Rows of digits, each row with its label in a margin; black on white, rows to compare on grey.</summary>
internal sealed class Sheet(int columns)
{
    private const int Cell = DigitImages.Rows + 2;
    private const byte Paper = 255;
    private const byte ComparisonPaper = 215;
    private readonly List<Row> _rows = [];

    public int Width => (columns + 1) * Cell;

    public int Height => Math.Max(1, _rows.Count) * Cell;

    /// <summary>Adds one digit's rows; those of <paramref name="comparison"/>, when there are any, between them.</summary>
    public void Add(int digit, DigitImages images, DigitImages? comparison)
    {
        var compared = comparison is null ? [] : Rows(digit, comparison);
        var rows = Rows(digit, images);
        for (var i = 0; i < Math.Max(rows.Length, compared.Length); i++)
        {
            if (i < rows.Length)
                _rows.Add(new Row(digit, images, rows[i], Paper));
            if (i < compared.Length)
                _rows.Add(new Row(digit, comparison!, compared[i], ComparisonPaper));
        }
    }

    public byte[] Draw()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Gray8, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
            DrawPaper(canvas);

        var grey = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
            bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, Width).CopyTo(grey.AsSpan(y * Width));
        for (var row = 0; row < _rows.Count; row++)
            DrawDigits(grey, row);
        return grey;
    }

    private void DrawPaper(SKCanvas canvas)
    {
        using var font = new SKFont(SKTypeface.Default, 20);
        using var paint = new SKPaint();
        for (var row = 0; row < _rows.Count; row++)
        {
            var paper = _rows[row].Paper;
            paint.Color = new SKColor(paper, paper, paper);
            canvas.DrawRect(0, row * Cell, Width, Cell, paint);
            paint.Color = SKColors.Black;
            canvas.DrawText($"{_rows[row].Digit}", 8, (row * Cell) + 22, SKTextAlign.Left, font, paint);
        }
    }

    private void DrawDigits(byte[] grey, int row)
    {
        var (_, images, indices, paper) = _rows[row];
        for (var column = 0; column < indices.Length; column++)
        {
            var image = images.Image(indices[column]);
            for (var i = 0; i < image.Length; i++)
            {
                var (y, x) = Math.DivRem(i, DigitImages.Columns);
                grey[(((row * Cell) + 1 + y) * Width) + ((column + 1) * Cell) + 1 + x] = (byte)(paper - (paper * image[i] / 255));
            }
        }
    }

    private int[][] Rows(int digit, DigitImages images) =>
        [.. Enumerable.Range(0, images.Count).Where(i => images.Label(i) == digit).Chunk(columns)];

    private sealed record Row(int Digit, DigitImages Images, int[] Indices, byte Paper);
}
