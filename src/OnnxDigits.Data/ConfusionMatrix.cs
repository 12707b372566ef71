using System.Globalization;
using System.Text;

namespace OnnxDigits.Data;

/// <summary>Counts how often each label was predicted as each digit, and computes the metrics.</summary>
/// <remarks>Instances are not thread-safe.</remarks>
/// <example>
/// <code>
/// var matrix = new ConfusionMatrix();
/// matrix.Add(label: 3, predicted: 8);
/// Console.Write(matrix.ToTable());
/// </code>
/// </example>
public sealed class ConfusionMatrix
{
    private const int Classes = DigitImages.Classes;

    // The indices of the last two columns, after the columns of the digits.
    private const int BlankColumn = Classes, ErrorColumn = Classes + 1, RowLength = Classes + 2;
    private const int Width = 80;

    private readonly long[] _counts = new long[Classes * RowLength];

    /// <summary>
    /// Gets the number of images of <paramref name="label"/> that were read as <paramref name="predicted"/>.
    /// </summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a digit from 0 to 9.</exception>
    public long this[int label, int predicted] => _counts[Index(label, predicted)];

    /// <summary>Gets the number of counted images, with blank and failed ones.</summary>
    public long Total => _counts.Sum();

    /// <summary>Gets the number of images that were read correctly.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(digit => this[digit, digit]);

    /// <summary>
    /// Gets <see cref="Correct"/> divided by <see cref="Total"/>, 0 to 1, or NaN if nothing was counted.
    /// </summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>Counts images that were read as a digit.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <param name="count">The number of images.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a digit from 0 to 9.</exception>
    public void Add(int label, int predicted, long count = 1) => _counts[Index(label, predicted)] += count;

    /// <summary>Counts images on which no digit was found.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="count">The number of images.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is not a digit from 0 to 9.</exception>
    public void AddBlank(int label, long count = 1) => _counts[Index(label, 0) + BlankColumn] += count;

    /// <summary>Counts images that could not be read.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="count">The number of images.</param>
    /// <exception cref="ArgumentOutOfRangeException">The label is not a digit from 0 to 9.</exception>
    public void AddError(int label, long count = 1) => _counts[Index(label, 0) + ErrorColumn] += count;

    /// <summary>Gets the number of images of a label on which no digit was found.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public long Blank(int label) => _counts[Index(label, 0) + BlankColumn];

    /// <summary>Gets the number of images of a label that could not be read.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public long Error(int label) => _counts[Index(label, 0) + ErrorColumn];

    /// <summary>
    /// Returns the share of correct images among the images read as <paramref name="digit"/>, 0 to 1, or NaN if no
    /// image was read as this digit.
    /// </summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public double Precision(int digit) =>
        (double)this[digit, digit] / Enumerable.Range(0, Classes).Sum(label => this[label, digit]);

    /// <summary>
    /// Returns the share of correct images among all images with the label <paramref name="digit"/>, including blank
    /// and failed ones, 0 to 1, or NaN if no image has the label.
    /// </summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public double Recall(int digit) =>
        (double)this[digit, digit] / _counts.AsSpan(Index(digit, 0), RowLength).ToArray().Sum();

    /// <summary>
    /// Returns the counts as CSV with the header <c>label,0,…,9,blank,error</c> and a line for each label, ended by LF.
    /// </summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("label,0,1,2,3,4,5,6,7,8,9,blank,error\n");
        foreach (var (label, row) in _counts.Chunk(RowLength).Index())
        {
            csv.Append(label).Append(',').AppendJoin(',', row).Append('\n');
        }
        return csv.ToString();
    }

    /// <summary>
    /// Returns the counts as a text table with a row for each label, the label's recall, and the digit's precision in
    /// per cent. Undefined values are shown as <c>-</c>. Blank and failed images have columns if there are any. Columns
    /// that don't fit 80 characters follow in further tables. Lines end in LF.
    /// </summary>
    public string ToTable()
    {
        var digits = Enumerable.Range(0, Classes);
        int width = Math.Max(3, Text(_counts.Max()).Length);
        string[][] counts = [.. digits.Select(digit => Column($"{digit}", width, label => Text(this[label, digit])))];
        string[][] others =
        [
            .. digits.Any(label => Blank(label) > 0) ? (string[][])[Column("blank", width, l => Text(Blank(l)))] : [],
            .. digits.Any(label => Error(label) > 0) ? (string[][])[Column("error", width, l => Text(Error(l)))] : [],
            Column("recall", width: 6, label => PerCent(Recall(label))),
            Column("precision", width: 6, label => PerCent(Precision(label))),
        ];
        var parts = Split([.. counts, .. others]);
        if (parts.Count > 1) parts = [.. Split(counts), .. Split(others)];
        var table = new StringBuilder();
        foreach (var part in parts)
        {
            if (table.Length > 0) table.Append('\n');
            for (int row = 0; row <= Classes; row++)
            {
                table.Append(row == 0 ? "label" : Text(row - 1).PadRight("label".Length));
                table.AppendJoin("", part.Select(column => column[row])).Append('\n');
            }
        }
        return table.ToString();
    }

    private static string[] Column(string header, int width, Func<int, string> cell) =>
    [
        .. Enumerable.Range(0, Classes).Select(cell).Prepend(header)
            .Select(text => text.PadLeft(Math.Max(width, header.Length) + 1)),
    ];

    private static List<List<string[]>> Split(IEnumerable<string[]> columns)
    {
        List<List<string[]>> parts = [[]];
        foreach (string[] column in columns)
        {
            int width = "label".Length + parts[^1].Sum(other => other[0].Length) + column[0].Length;
            if (width > Width) parts.Add([]);
            parts[^1].Add(column);
        }
        return parts;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string PerCent(double value) =>
        double.IsNaN(value) ? "-" : (100 * value).ToString("0.00", CultureInfo.InvariantCulture);

    private static int Index(int label, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)Classes, nameof(label));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
        return (label * RowLength) + predicted;
    }
}
