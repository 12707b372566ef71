using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OnnxDigits.Cli.Output;

/// <summary>One JSON object per line; columns without a value are null.</summary>
internal sealed class JsonLinesRowWriter(TextWriter writer) : IRowWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] ScoreNames = [.. Enumerable.Range(0, 10).Select(digit => $"p{digit}")];

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
                WriteNumber(json, ScoreNames[digit], Score(row, digit));
            json.WriteString("status", row.Status);
            json.WriteString("error", row.Error);
            WriteNumber(json, "width", row.Width);
            WriteNumber(json, "height", row.Height);
            if (row.Inverted is { } inverted)
                json.WriteBoolean("inverted", inverted);
            else
                json.WriteNull("inverted");
            json.WriteString("model", row.Model);
            json.WriteEndObject();
        }
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }

    private static float? Score(ResultRow row, int digit) =>
        row.Prediction is { } prediction ? prediction.Scores[digit] : null;

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
