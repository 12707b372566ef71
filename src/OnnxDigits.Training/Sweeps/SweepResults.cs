using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Sweeps;

/// <summary>Represents the trials of a sweep with their reports.</summary>
internal sealed class SweepResults
{
    private const string Finished = "finished";

    private readonly IReadOnlyList<Result> _results;

    private SweepResults(IReadOnlyList<Result> results) => _results = results;

    /// <summary>Reads the reports of the trials.</summary>
    /// <param name="plan">The plan of the sweep.</param>
    /// <param name="folder">The folder that holds the run folders of the trials.</param>
    /// <exception cref="CommandException">A report belongs to another plan or data set.</exception>
    /// <exception cref="IOException">A report is damaged.</exception>
    public static SweepResults Read(SweepPlan plan, string folder)
    {
        Result[] results =
            [.. plan.Expand().Select(trial => new Result(trial, RunReport.Read(Path.Combine(folder, trial.Name))))];
        RunIdentity? first = results.FirstOrDefault(result => result.Report is not null)?.Report!.Run;
        foreach ((SweepTrial trial, RunReport? report) in results)
        {
            if (report is null) continue;
            RunIdentity planned = report.Run with
            {
                Network = plan.Network,
                Recipe = trial.Recipe,
                DataSet = first!.DataSet,
                DataSetSha256 = first.DataSetSha256,
            };
            IReadOnlyList<string> differences = report.Run.DifferencesTo(planned);
            if (differences.Count == 0) continue;
            throw new CommandException($"'{report.Folder}' isn't trial {trial.Number} of this sweep: "
                + $"{string.Join("; ", differences)}. Restore the plan, or choose another --runs-folder.");
        }

        return new SweepResults(results);
    }

    /// <summary>Returns sentences about the trials that aren't finished, or <c>null</c> if all are.</summary>
    public string? DescribeUnfinished()
    {
        Result[] others = [.. _results.Where(result => result.State != Finished)];
        if (others.Length == 0) return null;

        IEnumerable<string> states = others.GroupBy(result => result.State)
            .Select(group => $"{group.Key} {string.Join(", ", group.Select(result => result.Trial.Number))}");
        return $"{_results.Count - others.Length} of {_results.Count} trials are finished. "
            + $"Other trials: {string.Join("; ", states)}.";
    }

    /// <summary>Returns a table with a row for each trial.</summary>
    public RunTable ToTable() => new(
        ["trial", "recipe", .. Axes, "seed", "state", "validation_accuracy", "validation_loss", "seconds"],
        [
            .. _results.Select(result => (object?[])
            [
                result.Trial.Number, result.Trial.Point, .. result.Trial.Cells, result.Trial.Recipe.Seed, result.State,
                result.Kept?.ValidationAccuracy, result.Kept?.ValidationLoss, result.Report?.Seconds,
            ]),
        ],
        RunsAreColumns: false);

    /// <summary>Returns the recipes by their mean over the fully trained trials, the best first.</summary>
    /// <remarks>
    /// A diverged trial counts, because its recipe would otherwise be ranked by its other seeds alone.
    /// </remarks>
    /// <param name="byLoss">Indicates whether the mean validation loss decides instead of the accuracy.</param>
    public IReadOnlyList<SweepRank> Rank(bool byLoss)
    {
        SweepRank[] recipes =
        [
            .. _results.GroupBy(result => result.Trial.Point).Select(trials =>
            {
                EpochMetrics[] kept = [.. trials.Where(trial => trial.IsTrained).Select(trial => trial.Kept!)];
                return new SweepRank(
                    trials.First().Trial, trials.Count(), [.. kept.Select(epoch => epoch.ValidationAccuracy!.Value)],
                    [.. kept.Select(epoch => epoch.ValidationLoss!.Value)],
                    trials.Average(trial => trial.Report?.Seconds));
            }),
        ];
        return
        [
            .. recipes.OrderBy(recipe => OrWorst(byLoss ? recipe.MeanLoss : -recipe.MeanAccuracy))
                .ThenBy(recipe => OrWorst(recipe.MeanLoss)),
        ];

        // .NET sorts NaN before all numbers.
        static double OrWorst(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;
    }

    /// <summary>Returns a table with a row for each recipe, in the order of their ranks.</summary>
    public RunTable ToTable(IReadOnlyList<SweepRank> ranks) => new(
        [
            "rank", "recipe", .. Axes, "trials", "validation_accuracy", "accuracy_deviation", "validation_loss",
            "loss_deviation", "seconds",
        ],
        [
            .. ranks.Select((recipe, i) => (object?[])
            [
                i + 1, recipe.Trial.Point, .. recipe.Trial.Cells, $"{recipe.Accuracies.Count}/{recipe.Trials}",
                recipe.MeanAccuracy, Statistics.Deviation(recipe.Accuracies), recipe.MeanLoss,
                Statistics.Deviation(recipe.Losses), recipe.Seconds,
            ]),
        ],
        RunsAreColumns: false);

    private IEnumerable<string> Axes => _results[0].Trial.Values.Select(setting => setting.Key);

    private sealed record Result(SweepTrial Trial, RunReport? Report)
    {
        public string State { get; } = Report?.ReadState() switch
        {
            null => "missing",
            RunState.Stopped when Trial.Recipe.EndsAfter(Report.Epochs) => "failed",
            var state => $"{state}".ToLowerInvariant(),
        };

        public bool IsTrained => Report is not null && Trial.Recipe.EndsAfter(Report.Epochs);

        public EpochMetrics? Kept => Report?.Kept;
    }
}
