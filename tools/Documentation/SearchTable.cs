using OnnxDigits.Tools.Figures;
using OnnxDigits.Tools.RecipeSearch;

namespace OnnxDigits.Tools.Documentation;

/// <summary>The recipes that were tried on writers of their own, from what tools/RecipeSearch kept.</summary>
internal static class SearchTable
{
    public const string Name = "search";

    public static string Write(string root) => MarkedTable.Format(
        ["recipe", "network", "epochs", "loss, held-out writers", "accuracy, held-out writers", "the same through noise"],
        LastEpochs(root).Select(run => (IReadOnlyList<string>)
        [
            run.Name,
            run.Network,
            run.Epoch.Text(),
            run.Loss is { } loss ? loss.Text("0.0000") : "–",
            run.Accuracy.Text("0.0000"),
            run.Noisy is { } noisy ? noisy.Text("0.0000") : "–",
        ]));

    /// <summary>How each run ended, in the order in which they began.</summary>
    public static IEnumerable<SearchRecord> LastEpochs(string root) =>
        Records.ReadLines<SearchRecord>(root, "recipe-search.jsonl")
            .GroupBy(record => (record.Name, record.Network, record.Seed)).Select(run => run.Last());
}
