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
            fields[column.Name].Set(column.Value(row) switch
            {
                bool flag => flag ? "true" : "false",
                var value => value?.ToString() ?? "",
            });
        }
    }

    public void Complete() => _csv.Dispose();
}
