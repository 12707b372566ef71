using OnnxDigits.Data;

namespace OnnxDigits.Tools.DigitFiles;

/// <summary>Rows of digits, each row with its label in a margin; black on white, rows to compare on grey.</summary>
internal sealed class Sheet(int columns)
{
    private const int Cell = DigitImages.Rows + 2;
    private const byte Paper = 255;
    private const byte ComparisonPaper = 215;
    private readonly List<Row> _rows = [];

    public int Width => (columns + 1) * Cell;

    public int Height => _rows.Count * Cell;

    /// <summary>
    /// Adds one digit's rows; those of <paramref name="comparison"/>, when there are any, between them.
    /// </summary>
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

    /// <summary>Grey pixels, <see cref="Height"/> × <see cref="Width"/>.</summary>
    public byte[] Draw()
    {
        var grey = new byte[Width * Height];
        for (var i = 0; i < _rows.Count; i++)
        {
            var row = _rows[i];
            var band = grey.AsSpan(i * Cell * Width, Cell * Width);
            band.Fill(row.Paper);
            LabelFont.Draw(row.Digit, band, Width);
            for (var column = 0; column < row.Indices.Length; column++)
                DrawDigit(row.Images.Image(row.Indices[column]), row.Paper, band[(((column + 1) * Cell) + 1 + Width)..]);
        }

        return grey;
    }

    private void DrawDigit(ReadOnlySpan<byte> image, byte paper, Span<byte> grey)
    {
        for (var i = 0; i < image.Length; i++)
        {
            var (y, x) = Math.DivRem(i, DigitImages.Columns);
            grey[(y * Width) + x] = (byte)(paper - (paper * image[i] / 255));
        }
    }

    private int[][] Rows(int digit, DigitImages images) =>
        [.. Enumerable.Range(0, images.Count).Where(i => images.Label(i) == digit).Chunk(columns)];

    private sealed record Row(int Digit, DigitImages Images, int[] Indices, byte Paper);
}
