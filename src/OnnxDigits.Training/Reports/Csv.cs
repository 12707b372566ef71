using System.Globalization;
using System.Text;

namespace OnnxDigits.Training.Reports;

/// <summary>Writes CSV (RFC 4180) with invariant numbers and LF line ends.</summary>
internal static class Csv
{
    /// <summary>Returns a header and rows as text. <c>null</c> and NaN become empty fields.</summary>
    public static string Format(IEnumerable<string> header, IEnumerable<IEnumerable<object?>> rows)
    {
        var csv = new StringBuilder();
        foreach (IEnumerable<object?> row in rows.Prepend(header)) csv.AppendJoin(',', row.Select(Field)).Append('\n');
        return csv.ToString();
    }

    private static string Field(object? value)
    {
        string text = value is null or double.NaN ? "" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
