using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes each row as one line of JSON. Missing values are null.</summary>
internal sealed class JsonLinesRowWriter(TextWriter writer, IReadOnlyList<Column> columns) : IRowWriter
{
    private readonly ArrayBufferWriter<byte> _line = new();

    public void Write(ResultRow row)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, JsonRow.Options))
        {
            JsonRow.Write(json, row, columns);
        }
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }
}
