using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OnnxDigits.Cli.Outputs;

/// <summary>A small record of facts: names and values for the eye, one JSON object for a program.</summary>
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
            if (value is not null)
                console.Output.WriteLine(name.Replace('_', ' ').PadRight(width) + value);
        }
    }
}
