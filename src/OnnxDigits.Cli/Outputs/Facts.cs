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

    public static string ToText(JsonObject facts) => facts.ToJsonString(Indented) + "\n";

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
            if (value is not null) console.Output.WriteLine(name.Replace('_', ' ').PadRight(width) + value);
        }
    }

    /// <summary>Returns the execution provider of a model and the notice about its device.</summary>
    public static string Device(ModelInfo info) =>
        info.DeviceNotice is { } notice ? $"{info.Provider}; {notice}" : info.Provider;

    /// <summary>Returns the values of a measure for the digits 0 to 9. NaN becomes null.</summary>
    public static JsonArray PerDigit(Func<int, double> measure) =>
        [.. Enumerable.Range(0, 10).Select(measure).Select(value => double.IsNaN(value) ? null : (JsonNode)value)];

    /// <summary>Returns a row for each label with the counts of the digits.</summary>
    public static JsonArray Confusion(ConfusionMatrix confusion) =>
        [.. Enumerable.Range(0, 10).Select(label =>
            new JsonArray([.. Enumerable.Range(0, 10).Select(digit => (JsonNode)confusion[label, digit])]))];
}
