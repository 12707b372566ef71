using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.RecipeSearch;

namespace OnnxDigits.Tools.Documentation;

/// <summary>What held-out writers say of each network that was trained from three seeds, best first.</summary>
internal static class ChoiceTable
{
    public const string Name = "choice";
    private const int Seeds = 3;

    public static string Write(string root) => MarkedTable.Format(
        ["network", "recipe", "accuracy, held-out writers, by seed", "mean", "loss, mean"],
        Choices(root).Select(choice => (IReadOnlyList<string>)
        [
            choice.Network,
            choice.Recipe,
            string.Join(", ", choice.Seeds.Select(seed => seed.Accuracy.Text("0.0000"))),
            choice.Accuracy.Text("0.0000"),
            choice.Loss.Text("0.0000"),
        ]));

    /// <summary>The networks and recipes that the rule chooses among, those that misread least first.</summary>
    public static IReadOnlyList<Choice> Choices(string root) =>
    [
        .. SearchTable.LastEpochs(root).GroupBy(run => (run.Network, run.Epoch, Recipe: run.Name.Split(", seed ")[0]))
            .Where(runs => runs.Count() == Seeds)
            .Select(runs => new Choice(runs.Key.Network, runs.Key.Recipe, [.. runs.OrderBy(run => run.Seed)]))
            .OrderByDescending(choice => choice.Accuracy),
    ];

    /// <summary>A network by a recipe.</summary>
    /// <param name="Network">As the search calls it.</param>
    /// <param name="Recipe">As the search calls it.</param>
    /// <param name="Seeds">The last epoch of each.</param>
    internal sealed record Choice(string Network, string Recipe, IReadOnlyList<SearchRecord> Seeds)
    {
        /// <summary>Mean over the seeds, 0..1.</summary>
        public double Accuracy => Seeds.Average(seed => seed.Accuracy);

        /// <summary>Mean over the seeds, in nats.</summary>
        public double Loss => Seeds.Average(seed => seed.Loss ?? throw new InvalidDataException($"{Network} by {Recipe} has a seed without a loss."));
    }
}
