using System.Globalization;
using System.Text;

namespace OnnxDigits.Data;

/// <summary>
/// Counts of (label, predicted) over ten digits, and what is read from them. Rows are labels, columns predictions.
/// Not for several threads at once; give each its own and <see cref="Add(ConfusionMatrix)"/> them.
/// </summary>
public sealed class ConfusionMatrix
{
    private const int Classes = DigitImages.Classes;
    private readonly long[] _counts = new long[Classes * Classes];

    /// <summary>How often <paramref name="label"/> was taken for <paramref name="predicted"/>.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not a digit.</exception>
    public long this[int label, int predicted] => _counts[Index(label, predicted)];

    /// <summary>The number of images counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>The number of images whose digit was right.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(digit => this[digit, digit]);

    /// <summary>Correct / total, 0..1; NaN while nothing is counted.</summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>Counts one image.</summary>
    /// <param name="label">The true digit, 0 to 9.</param>
    /// <param name="predicted">The predicted digit, 0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not a digit.</exception>
    public void Add(int label, int predicted) => _counts[Index(label, predicted)]++;

    /// <summary>Adds another matrix's counts to these.</summary>
    /// <param name="other">The other.</param>
    public void Add(ConfusionMatrix other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>True positives / all predicted as <paramref name="digit"/>; NaN when none was.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a digit.</exception>
    public double Precision(int digit) =>
        (double)this[digit, digit] / Enumerable.Range(0, Classes).Sum(label => this[label, digit]);

    /// <summary>True positives / all labelled <paramref name="digit"/>; NaN when none is.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a digit.</exception>
    public double Recall(int digit) =>
        (double)this[digit, digit] / Enumerable.Range(0, Classes).Sum(predicted => this[digit, predicted]);

    /// <summary>The counts as CSV: a header <c>label,0,…,9</c> and one line per label; lines end in LF.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("label,0,1,2,3,4,5,6,7,8,9\n");
        for (var label = 0; label < Classes; label++)
            csv.Append(label).Append(',').AppendJoin(',', _counts.Skip(label * Classes).Take(Classes)).Append('\n');
        return csv.ToString();
    }

    /// <summary>
    /// The counts as a table for people, with recall beside each row and precision under each column, both in per
    /// cent; <c>-</c> where undefined. Lines end in LF.
    /// </summary>
    public string ToTable()
    {
        var width = Math.Max(7, _counts.Max().ToString(CultureInfo.InvariantCulture).Length + 1);
        var table = new StringBuilder("label".PadRight(9));
        for (var digit = 0; digit < Classes; digit++)
            table.Append(digit.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        table.Append("  recall".PadLeft(width)).Append('\n');

        for (var label = 0; label < Classes; label++)
        {
            table.Append(label.ToString(CultureInfo.InvariantCulture).PadRight(9));
            for (var predicted = 0; predicted < Classes; predicted++)
                table.Append(this[label, predicted].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            table.Append(PerCent(Recall(label)).PadLeft(8)).Append('\n');
        }

        table.Append("precision");
        for (var digit = 0; digit < Classes; digit++)
            table.Append(PerCent(Precision(digit)).PadLeft(width));
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
