using System.Globalization;
using System.Text;
using OnnxDigits.Data;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>The card beside a published model: every figure comes from the runs' reports.</summary>
internal static class ModelCard
{
    public static string Format(RunReport shipped, IReadOnlyList<RunReport> runs, TrainOptions options)
    {
        var card = new StringBuilder();
        Line(card, $"# {shipped.Network}.onnx");
        Line(card, $"");
        Line(card, $"Written by the training command; not edited by hand.");
        Line(card, $"");
        Line(card, $"| | |");
        Line(card, $"|---|---|");
        Line(card, $"| parameters | {shipped.Parameters:N0} |");
        Line(card, $"| input, output | `input` [N, 1, 28, 28] float32 0..1, 0 = background; `probabilities` [N, 10] |");
        Line(card, $"| preprocessing | {ModelMetadata.Preprocessing} |");
        Line(card, $"| recipe | {RecipeText.Of(shipped.Recipe)} |");
        Line(card, $"| data set | {shipped.DataSet}, SHA-256 `{shipped.DataSetSha256}` |");
        Line(card, $"| this file | seed {shipped.Recipe.Seed}, the first; SHA-256 `{shipped.OnnxSha256}` |");
        Line(card, $"| made by | `{Command(shipped.Network, options)}`, version {ModelMetadata.Version} |");
        Line(card, $"");
        Line(card, $"## Accuracy on the {shipped.TestImages:N0} test images, each seed evaluated once");
        Line(card, $"");
        Line(card, $"| seed | test loss | test accuracy | without the disputed labels |");
        Line(card, $"|---:|---:|---:|---:|");
        foreach (RunReport run in runs)
        {
            Line(card, $"| {run.Recipe.Seed} | {run.TestLoss:F4} | {run.TestAccuracy:F4} | {Share(run.TestAccuracyWithoutDisputedLabels)} |");
        }

        Line(card, $"| **mean** | {runs.Average(run => run.TestLoss):F4} | {runs.Average(run => run.TestAccuracy):F4} | {Share(runs.Average(run => run.TestAccuracyWithoutDisputedLabels))} |");
        if (shipped.TestAccuracyWithoutDisputedLabels is not null)
        {
            Line(card, $"");
            Line(card, $"The labels of {DisputedLabels.OfMnist.Count} test images are disputed: {string.Join(", ", DisputedLabels.OfMnist)} (C. Northcutt, A. Athalye and J. Mueller, Pervasive label errors in test sets, 2021).");
        }

        Line(card, $"");
        Line(card, $"## Each digit, this file");
        Line(card, $"");
        Line(card, $"| digit | precision | recall |");
        Line(card, $"|---:|---:|---:|");
        for (int digit = 0; digit < 10; digit++)
            Line(card, $"| {digit} | {Share(shipped.Precision[digit])} | {Share(shipped.Recall[digit])} |");

        Line(card, $"");
        Line(card, $"## TorchSharp against ONNX Runtime");
        Line(card, $"");
        Line(card, $"Over the {shipped.Agreement.Images:N0} test images: largest difference of a probability {shipped.Agreement.LargestDifference:0.0e+0}, {shipped.Agreement.DigitsDiffering} digits differ.");
        return card.ToString();
    }

    private static string Share(double? value) =>
        value is { } known && !double.IsNaN(known) ? known.ToString("F4", CultureInfo.InvariantCulture) : "–";

    private static string Command(string network, TrainOptions o)
    {
        string command = string.Create(CultureInfo.InvariantCulture,
            $"dotnet cake --target=Train --network={network} --seed={o.Seed} --runs={o.Runs}");
        if (o.Epochs is not null) command += $" --epochs={o.Epochs}";
        if (o.BatchSize is not null) command += $" --batch-size={o.BatchSize}";
        if (o.Threads is not null) command += $" --threads={o.Threads}";
        if (o.ValidationSplit is not null) command += string.Create(CultureInfo.InvariantCulture, $" --validation-split={o.ValidationSplit}");
        if (o.Device != TrainingDevice.Cpu) command += $" --device={o.Device}";
        if (o.Data is not null) command += $" --data={(o.Data is DigitDataSet.Mnist or DigitDataSet.Generated ? o.Data : "DIR")}";
        // A whole path is of one machine.
        return $"{command} --publish={(Path.IsPathRooted(o.Publish) ? "DIR" : o.Publish)}";
    }

    private static void Line(StringBuilder card, FormattableString line) =>
        card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
