using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes each row as one line of JSON. Missing values are null.</summary>
internal sealed class JsonLinesRowWriter(TextWriter writer, IReadOnlyList<Column> columns) : IRowWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    public void Write(ResultRow row)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            WriteRow(json, row, columns);
        }
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }

    private static void WriteRow(Utf8JsonWriter json, ResultRow row, IReadOnlyList<Column> columns)
    {
        json.WriteStartObject();
        foreach (var column in columns)
        {
            json.WritePropertyName(column.Name);
            WriteValue(json, column.Value(row));
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case float number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case PixelBox box:
                json.WriteStartArray();
                foreach (int number in (int[])[box.X, box.Y, box.Width, box.Height]) json.WriteNumberValue(number);
                json.WriteEndArray();
                break;
            case IReadOnlyList<string> texts:
                json.WriteStartArray();
                foreach (string text in texts) json.WriteStringValue(text);
                json.WriteEndArray();
                break;
            case NestedRows nested:
                json.WriteStartArray();
                foreach (var row in nested.Rows) WriteRow(json, row, nested.Columns);
                json.WriteEndArray();
                break;
            case BestDigits best:
                WriteBest(json, best);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void WriteBest(Utf8JsonWriter json, BestDigits best)
    {
        json.WriteStartArray();
        foreach (var (digit, confidence) in best.Items)
        {
            json.WriteStartObject();
            json.WriteNumber("digit", digit);
            json.WriteNumber("confidence", confidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
