using System.Text.Encodings.Web;
using System.Text.Json;

namespace Shared;

/// <summary>Writes rows as JSON objects. Missing values are null.</summary>
internal static class JsonRow
{
    /// <summary>The options of a writer of rows. Letters of all languages are written unescaped.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object with a property for each column.</summary>
    public static void Write(Utf8JsonWriter json, ResultRow row, IReadOnlyList<Column> columns)
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
                foreach (var row in nested.Rows) Write(json, row, nested.Columns);
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
