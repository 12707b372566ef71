using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes each row as one line of JSON. Missing values are null.</summary>
internal sealed class JsonLinesRowWriter(TextWriter writer, int top) : IRowWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    public void Write(ResultRow row)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            json.WriteStartObject();
            json.WriteString("path", row.Path);
            WriteNumber(json, "label", row.Label);
            WriteNumber(json, "digit", row.Digit);
            WriteNumber(json, "confidence", row.Prediction?.Confidence);
            for (int digit = 0; digit < 10; digit++)
                WriteNumber(json, ResultRow.ScoreColumns[digit], row.Score(digit));
            json.WriteString("status", row.Status);
            json.WriteString("error", row.Error);
            WriteNumber(json, "width", row.Width);
            WriteNumber(json, "height", row.Height);
            if (row.Inverted is { } inverted)
                json.WriteBoolean("inverted", inverted);
            else
                json.WriteNull("inverted");
            json.WriteString("model", row.Model);
            if (top > 0)
                WriteTop(json, row);
            json.WriteEndObject();
        }
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }

    private void WriteTop(Utf8JsonWriter json, ResultRow row)
    {
        json.WriteStartArray("top");
        foreach (var (digit, confidence) in row.Best(top))
        {
            json.WriteStartObject();
            json.WriteNumber("digit", digit);
            json.WriteNumber("confidence", confidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
