using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Writes names and values as text for people or as one JSON object.</summary>
internal static class Facts
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static bool IsTable(InferConsole console, string? format) =>
        format is null ? console.OutputIsTerminal : format == OutputFormat.Table;

    /// <summary>Returns a JSON document. It ends with the version of its schema.</summary>
    public static string ToText(JsonObject facts)
    {
        facts["schema"] = Column.Schema;
        return facts.ToJsonString(Indented) + "\n";
    }

    public static void Write(InferConsole console, string? format, JsonObject facts)
    {
        if (!IsTable(console, format))
        {
            console.Output.Write(ToText(facts));
            return;
        }
        int width = facts.Max(fact => fact.Key.Length) + 2;
        foreach (var (name, value) in facts)
        {
            if (value is null) continue;
            string text = value.ToString();
            // A long digest goes on a separate line.
            bool fits = text.Split(' ').All(word => width + word.Length <= TextLines.Width);
            console.Output.Write(TextLines.Entry(name.Replace('_', ' '), text, fits ? width : 2));
        }
    }

    /// <summary>Returns the execution provider of a model and the notice about its device.</summary>
    public static string Device(ModelInfo info) =>
        info.DeviceNotice is { } notice ? $"{info.Provider}; {notice}" : info.Provider;

    /// <summary>Adds precision, recall and a row of counts for each label. NaN becomes null.</summary>
    public static void AddConfusion(JsonObject json, ConfusionMatrix confusion)
    {
        json["precision"] = Digits(digit => OrNull(confusion.Precision(digit)));
        json["recall"] = Digits(digit => OrNull(confusion.Recall(digit)));
        json["confusion"] = Digits(label => Digits(digit => confusion[label, digit]));
        json["blank"] = Digits(label => confusion.Blank(label));
        json["error"] = Digits(label => confusion.Error(label));
    }

    private static JsonArray Digits(Func<int, JsonNode?> value) => [.. Enumerable.Range(0, 10).Select(value)];

    private static JsonNode? OrNull(double value) => double.IsNaN(value) ? null : value;
}
