using System.Globalization;

namespace OnnxDigits.Cli.Outputs;

/// <summary>The names and order of the columns in every format.</summary>
internal static class Columns
{
    public static IReadOnlyList<string> Scores { get; } = [.. Enumerable.Range(0, 10).Select(digit => $"p{digit}")];

    /// <summary>All columns; the last one only where the best digits are asked for.</summary>
    public static IReadOnlyList<string> Names(int top) =>
    [
        "path", "label", "digit", "confidence", .. Scores, "status", "error", "width", "height", "inverted", "model",
        .. top > 0 ? (string[])["top"] : [],
    ];

    /// <summary>The best digits as one field: "7:0.981 1:0.012".</summary>
    public static string Top(ResultRow row, int top) => string.Join(' ', row.Best(top).Select(best => string.Create(
        CultureInfo.InvariantCulture, $"{best.Digit}:{best.Confidence}")));
}
