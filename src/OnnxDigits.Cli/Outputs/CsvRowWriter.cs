using nietras.SeparatedValues;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes rows as comma-separated values (RFC 4180) with a header.</summary>
internal sealed class CsvRowWriter(TextWriter writer, IReadOnlyList<Column> columns) : IRowWriter
{
    private readonly SepWriter _csv =
        Sep.New(',').Writer(options => options with { Escape = true }).To(writer, leaveOpen: true);

    public void Write(ResultRow row)
    {
        using var fields = _csv.NewRow();
        foreach (var column in columns)
        {
            var field = fields[column.Name];
            switch (column.Value(row))
            {
                case bool value:
                    field.Set(value ? "true" : "false");
                    break;
                case ISpanFormattable number:
                    field.Format(number);
                    break;
                case var value:
                    field.Set(value?.ToString() ?? "");
                    break;
            }
        }
    }

    public void Complete() => _csv.Dispose();
}
