using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OnnxDigits.Training.Reports;

/// <summary>A value of a <see cref="Grid"/>.</summary>
/// <param name="Value">A number or a text; null for what is not known.</param>
/// <param name="Format">How people see the number; null shows all of it.</param>
internal sealed record Cell(JsonNode? Value, string? Format = null)
{
    public bool IsNumber => Value?.GetValueKind() == JsonValueKind.Number;

    /// <summary>NaN is not known either.</summary>
    public static Cell Of(double? number, string format) =>
        new(number is { } known && double.IsFinite(known) ? JsonValue.Create(known) : null, format);

    public string ForPeople() => Value switch
    {
        null => "–",
        _ when IsNumber && Format is not null =>
            Value.GetValue<double>().ToString(Format, CultureInfo.InvariantCulture),
        _ => Value.ToString(),
    };

    public string ForCsv()
    {
        string text = Value?.ToString() ?? "";
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0) return text;

        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
