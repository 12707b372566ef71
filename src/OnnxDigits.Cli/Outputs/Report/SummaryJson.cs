using System.Text.Json.Nodes;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs.Report;

/// <summary>A run as one JSON object.</summary>
internal static class SummaryJson
{
    public static JsonObject Of(RunSummary summary, ModelInfo model, int mistakes)
    {
        var json = new JsonObject
        {
            ["model"] = model.Name,
            ["model_sha256"] = model.Sha256,
            ["network"] = model.Network,
            ["trained_on"] = model.DataSet,
            ["device"] = model.Device,
            ["provider"] = model.Provider,
            ["images"] = summary.Total,
            ["statuses"] = new JsonObject(summary.Statuses.Select(status => KeyValuePair.Create(status, (JsonNode?)summary.Count(status)))),
            ["digits"] = new JsonArray([.. Enumerable.Range(0, 10).Select(digit => (JsonNode)summary.Digits[digit])]),
        };
        if (!summary.IsLabelled)
            return json;
        json["accuracy"] = summary.Accuracy;
        json["correct"] = summary.Confusion.Correct;
        json["mistakes"] = mistakes;
        json["precision"] = PerDigit(summary.Confusion.Precision);
        json["recall"] = PerDigit(summary.Confusion.Recall);
        json["confusion"] = Confusion(summary.Confusion);
        return json;
    }

    // A digit that never occurs has no precision or recall, and JSON has no NaN.
    public static JsonArray PerDigit(Func<int, double> measure) =>
        new([.. Enumerable.Range(0, 10).Select(measure).Select(value => double.IsNaN(value) ? null : (JsonNode)value)]);

    /// <summary>Ten rows, one for each label, of ten counts.</summary>
    public static JsonArray Confusion(ConfusionMatrix confusion) =>
        new([.. Enumerable.Range(0, 10).Select(label => new JsonArray(
            [.. Enumerable.Range(0, 10).Select(digit => (JsonNode)confusion[label, digit])]))]);
}
