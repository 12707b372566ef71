using System.Globalization;

namespace OnnxDigits.Cli.Output;

/// <summary>Comma-separated values by RFC 4180, with a header.</summary>
internal sealed class CsvRowWriter : IRowWriter
{
    private readonly TextWriter _writer;
    private readonly int _top;

    public CsvRowWriter(TextWriter writer, int top)
    {
        (_writer, _top) = (writer, top);
        WriteLine(Columns.Names(top));
    }

    public ValueTask WriteAsync(ResultRow row)
    {
        string[] scores = new string[10];
        Array.Fill(scores, "");
        if (row.Prediction is { } prediction)
        {
            for (int digit = 0; digit < 10; digit++)
                scores[digit] = Text(prediction.Scores[digit]);
        }
        WriteLine(
        [
            row.Path, Text(row.Label), Text(row.Digit), Text(row.Prediction?.Confidence), .. scores,
            row.Status, row.Error ?? "", Text(row.Width), Text(row.Height),
            row.Inverted switch { true => "true", false => "false", null => "" }, row.Model,
            .. _top > 0 ? (string[])[Columns.Top(row, _top)] : [],
        ]);
        return ValueTask.CompletedTask;
    }

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private void WriteLine(IEnumerable<string> fields)
    {
        _writer.Write(string.Join(',', fields.Select(Quote)));
        _writer.Write('\n');
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
}
