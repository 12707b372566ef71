using System.Globalization;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Commands;
using OnnxDigits.Cli.Outputs.Report;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Outputs;

/// <summary>An evaluation for the eye or for a program.</summary>
internal static class EvaluationReport
{
    public static void Write(InferConsole console, string? format, ModelInfo model, DigitDataSet data, Evaluation evaluation)
    {
        if (!Facts.IsTable(console, format))
        {
            Facts.Write(console, format, ToJson(model, data, evaluation));
            return;
        }
        console.Output.WriteLine($"model      {model.Name} ({model.Network}, trained on {model.DataSet}), on {model.Device}");
        console.Output.WriteLine($"data       {data.Name}: {evaluation.Count} test images");
        console.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy   {evaluation.Accuracy:0.0000} ({evaluation.Confusion.Correct} of {evaluation.Count})"));
        console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss       {evaluation.Loss:0.0000}"));
        console.Output.WriteLine();
        console.Output.Write(evaluation.Confusion.ToTable());
    }

    private static JsonObject ToJson(ModelInfo model, DigitDataSet data, Evaluation evaluation) => new()
    {
        ["model"] = model.Name,
        ["network"] = model.Network,
        ["trained_on"] = model.DataSet,
        ["device"] = model.Device,
        ["dataset"] = data.Name,
        ["dataset_sha256"] = data.Sha256,
        ["images"] = evaluation.Count,
        ["correct"] = evaluation.Confusion.Correct,
        ["accuracy"] = evaluation.Accuracy,
        ["loss"] = evaluation.Loss,
        ["precision"] = SummaryJson.PerDigit(evaluation.Confusion.Precision),
        ["recall"] = SummaryJson.PerDigit(evaluation.Confusion.Recall),
        ["confusion"] = SummaryJson.Confusion(evaluation.Confusion),
    };
}
