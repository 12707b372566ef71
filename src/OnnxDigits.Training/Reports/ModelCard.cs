using System.Globalization;
using System.Text;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Reports;

/// <summary>Represents the card of a published model: <c>NAME.json</c> holds it, and <c>NAME.md</c> shows it.</summary>
internal sealed record ModelCard
{
    /// <summary>Gets the SHA-256 of the published file, in lower-case hexadecimal.</summary>
    public required string OnnxSha256 { get; init; }

    /// <summary>Gets the settings of the published run.</summary>
    public required RunIdentity Run { get; init; }

    /// <summary>Gets the number of trainable parameters, including those that are frozen.</summary>
    public required long Parameters { get; init; }

    /// <summary>Gets the identifier of the preprocessing that the model expects.</summary>
    public required string Preprocessing { get; init; }

    /// <summary>Gets the command that repeats the runs and publishes the model.</summary>
    public required string TrainCommand { get; init; }

    /// <summary>Gets the command that measures the published model.</summary>
    public required string EvaluateCommand { get; init; }

    /// <summary>Gets the mean test accuracy of all seeds, 0..1.</summary>
    public required double MeanTestAccuracy { get; init; }

    /// <summary>Gets the sample standard deviation of the test accuracy; 0 for one seed.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Gets the result of each seed, in the order of training.</summary>
    public required IReadOnlyList<SeedResult> Seeds { get; init; }

    /// <summary>Returns the card for the runs of one network.</summary>
    /// <param name="runs">Finished runs with the same settings apart from the seed.</param>
    /// <param name="published">The run whose model is published.</param>
    /// <param name="command">The command that repeats the runs.</param>
    public static ModelCard Of(IReadOnlyList<RunReport> runs, RunReport published, string command)
    {
        double[] accuracies = [.. runs.Select(run => run.Result!.TestAccuracy)];
        return new ModelCard
        {
            OnnxSha256 = published.Result!.OnnxSha256,
            Run = published.Run,
            Parameters = published.Parameters,
            Preprocessing = ModelMetadata.Preprocessing,
            TrainCommand = command,
            EvaluateCommand = $"dotnet cake --target=Evaluate --model={published.Run.Network}",
            MeanTestAccuracy = Statistics.Mean(accuracies),
            StandardDeviation = runs.Count == 1 ? 0 : Statistics.Deviation(accuracies),
            Seeds =
            [
                .. runs.Select(run => new SeedResult(
                    run.Run.Recipe.Seed, run.Seconds, run.Kept!.Loss, run.Result!)),
            ],
        };
    }

    /// <summary>Returns the first lines of the card as Markdown.</summary>
    public static string TitleOf(string network) =>
        $"# {network}.onnx\n\nWritten by the training command from {network}.json.\n\n";

    /// <summary>Returns the card as Markdown.</summary>
    public string ToMarkdown()
    {
        RunResult published = Seeds.Single(seed => seed.Seed == Run.Recipe.Seed).Result;
        bool disputed = published.TestAccuracyWithoutDisputedLabels is not null;
        var card = new StringBuilder();
        card.Append(TitleOf(Run.Network));
        Line($"| | |");
        Line($"|---|---|");
        Line($"| parameters | {Parameters:N0} |");
        Line($"| input | `{ModelMetadata.InputName}` [N, 1, 28, 28], float32 0..1, 0 = background |");
        Line($"| output | `{ModelMetadata.OutputName}` [N, 10] |");
        Line($"| preprocessing | {Preprocessing} |");
        Line($"| recipe | {string.Join(", ", RecipeSettings())} |");
        Line($"| data set | {Run.DataSet}, SHA-256 `{Run.DataSetSha256}` |");
        Line($"| published | seed {Run.Recipe.Seed}, with the lowest training loss; SHA-256 `{OnnxSha256}` |");
        string device = $"device {Run.Device}, threads {Run.Threads}";
        Line($"| trained with | OnnxDigits {Run.Version}, libtorch {Run.Torch}, {device} |");
        Line($"| command | `{TrainCommand}` |");
        Line($"| evaluation | `{EvaluateCommand}` |");
        Line($"");
        Line($"## Accuracy on {published.TestImages:N0} test images");
        Line($"");
        Line($"{MeanTestAccuracy:F4} ± {StandardDeviation:F4} (mean and standard deviation of {Seeds.Count} seeds).");
        Line($"");
        Line($"| seed | training loss | test accuracy | without disputed labels | test loss | seconds |");
        Line($"|---:|---:|---:|---:|---:|---:|");
        foreach ((long seed, double seconds, double loss, RunResult r) in Seeds)
        {
            string undisputed = Share(r.TestAccuracyWithoutDisputedLabels);
            Line($"| {seed} | {loss:F4} | {r.TestAccuracy:F4} | {undisputed} | {r.TestLoss:F4} | {seconds:F0} |");
        }

        if (disputed)
        {
            Line($"");
            Line($"Human reviewers dispute {DisputedLabels.OfMnist.Count} labels of the test images (C. Northcutt,");
            Line($"A. Athalye and J. Mueller, Pervasive label errors in test sets, 2021).");
        }

        Line($"");
        Line($"## Published seed by digit");
        Line($"");
        Line($"| digit | precision | recall |");
        Line($"|---:|---:|---:|");
        for (int digit = 0; digit < published.Recall.Length; digit++)
        {
            Line($"| {digit} | {Share(published.Precision[digit])} | {Share(published.Recall[digit])} |");
        }

        Line($"");
        Line($"## TorchSharp and ONNX Runtime");
        Line($"");
        Agreement agreement = published.Agreement;
        Line($"On the {agreement.Images:N0} test images, probabilities differ by at most");
        Line($"{agreement.LargestDifference:0.0e+0}, and {agreement.DigitsDiffering} digits differ.");
        return card.ToString();

        void Line(FormattableString line) => card.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    // Leaves out the seed, of which there are several, and settings that are turned off.
    private IEnumerable<string> RecipeSettings() =>
        from setting in Setting.Of<Recipe>().Leaves
        let value = setting.ValueIn(Run.Recipe)
        where setting.Path != "seed" && value is not (null or 0 or 0.0)
        select FormattableString.Invariant($"{setting.Path} {value}");

    private static string Share(double? value) =>
        value is { } share && !double.IsNaN(share) ? share.ToString("F4", CultureInfo.InvariantCulture) : "–";
}

/// <summary>Represents the result of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Seconds">The duration of the training in seconds.</param>
/// <param name="TrainingLoss">The mean loss over the epoch whose weights were kept, in nats.</param>
/// <param name="Result">The result on the test images.</param>
internal sealed record SeedResult(long Seed, double Seconds, double TrainingLoss, RunResult Result);
