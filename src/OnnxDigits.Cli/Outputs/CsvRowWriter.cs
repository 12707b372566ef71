using System.Globalization;
using System.Text;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Comma-separated values by RFC 4180, with a header.</summary>
internal sealed class CsvRowWriter : IRowWriter
{
    private readonly TextWriter _writer;
    private readonly int _top;

    // One for all rows, for a fast network waits for nothing else.
    private readonly StringBuilder _line = new();

    public CsvRowWriter(TextWriter writer, int top)
    {
        (_writer, _top) = (writer, top);
        foreach (string name in Columns.Names(top))
            Add(name);
        EndLine();
    }

    public void Write(ResultRow row)
    {
        Add(row.Path);
        Add(row.Label);
        Add(row.Digit);
        Add(row.Prediction?.Confidence);
        for (int digit = 0; digit < 10; digit++)
            Add(row.Score(digit));
        Add(row.Status);
        Add(row.Error ?? "");
        Add(row.Width);
        Add(row.Height);
        Add(row.Inverted switch { true => "true", false => "false", null => "" });
        Add(row.Model);
        if (_top > 0)
            Add(Columns.Top(row, _top));
        EndLine();
    }

    private void Add<T>(T? value) where T : struct, ISpanFormattable
    {
        if (value is { } number)
            _line.Append(CultureInfo.InvariantCulture, $"{number}");
        _line.Append(',');
    }

    private void Add(string field)
    {
        if (field.AsSpan().ContainsAny(",\"\r\n"))
            _line.Append('"').Append(field.Replace("\"", "\"\"")).Append('"');
        else
            _line.Append(field);
        _line.Append(',');
    }

    private void EndLine()
    {
        _line[^1] = '\n';
        _writer.Write(_line);
        _line.Clear();
    }
}
