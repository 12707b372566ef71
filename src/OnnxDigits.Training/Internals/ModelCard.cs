using System.Globalization;
using System.Text;

namespace OnnxDigits.Training.Internals;

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
        Line(card, $"| held out | the last {shipped.Recipe.ValidationSplit:P1} of the training images, to choose the epoch and the seed |");
        Line(card, $"| this file | seed {shipped.Recipe.Seed}, the best on the held-out images; SHA-256 `{shipped.OnnxSha256}` |");
        Line(card, $"| made by | `{Command(shipped.Network, options)}`, version {ModelMetadata.Version} |");
        Line(card, $"");
        Line(card, $"## Accuracy on the {shipped.TestImages:N0} test images, each seed evaluated once");
        Line(card, $"");
        Line(card, $"| seed | best epoch | validation accuracy | test loss | test accuracy |");
        Line(card, $"|---:|---:|---:|---:|---:|");
        foreach (RunReport run in runs)
        {
            Line(card, $"| {run.Recipe.Seed} | {run.BestEpoch} | {run.ValidationAccuracy:F4} | {run.TestLoss:F4} | {run.TestAccuracy:F4} |");
        }

        Line(card, $"| **mean** | | {runs.Average(run => run.ValidationAccuracy):F4} | {runs.Average(run => run.TestLoss):F4} | {runs.Average(run => run.TestAccuracy):F4} |");
        Line(card, $"");
        Line(card, $"## Each digit, this file");
        Line(card, $"");
        Line(card, $"| digit | precision | recall |");
        Line(card, $"|---:|---:|---:|");
        for (int digit = 0; digit < 10; digit++)
            Line(card, $"| {digit} | {shipped.Precision[digit]:F4} | {shipped.Recall[digit]:F4} |");

        Line(card, $"");
        Line(card, $"## TorchSharp against ONNX Runtime");
        Line(card, $"");
        Line(card, $"Over the {shipped.Agreement.Images:N0} test images: largest difference of a probability {shipped.Agreement.LargestDifference:0.0e+0}, {shipped.Agreement.DigitsDiffering} digits differ.");
        return card.ToString();
    }

    private static string Command(string network, TrainOptions o)
    {
        string command = string.Create(CultureInfo.InvariantCulture,
            $"dotnet cake --target=Train --network={network} --seed={o.Seed} --runs={o.Runs}");
        if (o.Epochs is not null) command += $" --epochs={o.Epochs}";
        if (o.BatchSize is not null) command += $" --batch-size={o.BatchSize}";
        return command + " --publish=artifacts/models";
    }

    private static void Line(StringBuilder card, FormattableString line) =>
        card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
