using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>What a run measured, as the text of its CSV and JSON files; both hold the same by the same names.</summary>
internal static class RunData
{
    /// <summary>What JSON files of this program look like; null stands for what was not measured.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // For files and terminals, not for pages: names of folders stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The rows of <see cref="MetricsCsv"/>.</summary>
    public static string MetricsJson(IEnumerable<EpochMetrics> epochs) => ToJson(epochs.Select(e => new
    {
        e.Epoch,
        e.Loss,
        e.Accuracy,
        ValLoss = Known(e.ValidationLoss),
        ValAccuracy = Known(e.ValidationAccuracy),
        Seconds = Math.Round(e.Seconds, 2),
    }));

    /// <summary>Counts, a row per label; a column per digit that was read.</summary>
    public static string ConfusionJson(ConfusionMatrix matrix)
    {
        int[] digits = [.. Enumerable.Range(0, DigitImages.Classes)];
        var counts = digits.Select(label => digits.Select(digit => matrix[label, digit]));
        return JsonSerializer.Serialize(new { rows = "label", columns = "digit", counts }) + "\n";
    }

    public static string MistakesCsv(IEnumerable<Mistake> mistakes)
    {
        var csv = new StringBuilder("index,label,digit,probability\n");
        foreach (Mistake m in mistakes)
            csv.Append(CultureInfo.InvariantCulture, $"{m.Index},{m.Label},{m.Digit},{m.Probability:R}\n");
        return csv.ToString();
    }

    public static string MistakesJson(IEnumerable<Mistake> mistakes) => ToJson(mistakes);

    /// <summary>null for NaN, which JSON has no word for.</summary>
    public static double? Known(double value) => double.IsNaN(value) ? null : value;

    private static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Json) + "\n";
}
