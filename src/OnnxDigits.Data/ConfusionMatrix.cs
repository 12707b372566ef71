using System.Globalization;
using System.Text;

namespace OnnxDigits.Data;

/// <summary>Counts how often each label was predicted as each digit, and computes the metrics.</summary>
/// <remarks>
/// Instances are not thread-safe. Use one for each thread and combine them with <see cref="Add(ConfusionMatrix)"/>.
/// </remarks>
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
    private readonly long[] _counts = new long[Classes * Classes];

    /// <summary>
    /// Gets the number of images of <paramref name="label"/> that were read as <paramref name="predicted"/>.
    /// </summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a digit from 0 to 9.</exception>
    public long this[int label, int predicted] => _counts[Index(label, predicted)];

    /// <summary>Gets the number of counted images.</summary>
    public long Total => _counts.Sum();

    /// <summary>Gets the number of images that were read correctly.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(digit => this[digit, digit]);

    /// <summary>
    /// Gets <see cref="Correct"/> divided by <see cref="Total"/>, 0 to 1, or NaN if nothing was counted.
    /// </summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>Counts one image.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a digit from 0 to 9.</exception>
    public void Add(int label, int predicted) => _counts[Index(label, predicted)]++;

    /// <summary>Adds the counts of another matrix.</summary>
    /// <param name="other">The matrix to add.</param>
    public void Add(ConfusionMatrix other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>
    /// Returns the share of correct images among those read as a digit, 0 to 1, or NaN if there are none.
    /// </summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public double Precision(int digit) =>
        (double)this[digit, digit] / Enumerable.Range(0, Classes).Sum(label => this[label, digit]);

    /// <summary>Returns the share of correct images among those of a digit, 0 to 1, or NaN if there are none.</summary>
    /// <param name="digit">The digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">The argument is not a digit from 0 to 9.</exception>
    public double Recall(int digit) =>
        (double)this[digit, digit] / Enumerable.Range(0, Classes).Sum(predicted => this[digit, predicted]);

    /// <summary>
    /// Returns the counts as CSV with the header <c>label,0,…,9</c> and a line for each label, ended by LF.
    /// </summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("label,0,1,2,3,4,5,6,7,8,9\n");
        for (int label = 0; label < Classes; label++)
        {
            csv.Append(label).Append(',').AppendJoin(',', _counts.Skip(label * Classes).Take(Classes)).Append('\n');
        }
        return csv.ToString();
    }

    /// <summary>
    /// Returns the counts as a text table with recall beside each row and precision below each column, in per cent.
    /// Undefined values are shown as <c>-</c>. Lines end in LF.
    /// </summary>
    public string ToTable()
    {
        int width = Math.Max(7, _counts.Max().ToString(CultureInfo.InvariantCulture).Length + 1);
        var table = new StringBuilder("label".PadRight(9));
        for (int digit = 0; digit < Classes; digit++)
        {
            table.Append(digit.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }
        table.Append("  recall".PadLeft(width)).Append('\n');

        for (int label = 0; label < Classes; label++)
        {
            table.Append(label.ToString(CultureInfo.InvariantCulture).PadRight(9));
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                table.Append(this[label, predicted].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }
            table.Append(PerCent(Recall(label)).PadLeft(8)).Append('\n');
        }

        table.Append("precision");
        for (int digit = 0; digit < Classes; digit++) table.Append(PerCent(Precision(digit)).PadLeft(width));
        return table.Append(PerCent(Accuracy).PadLeft(8)).Append('\n').ToString();
    }

    private static string PerCent(double value) =>
        double.IsNaN(value) ? "-" : (100 * value).ToString("0.00", CultureInfo.InvariantCulture);

    private static int Index(int label, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)Classes, nameof(label));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
        return (label * Classes) + predicted;
    }
}
