namespace OnnxDigits.Tools.Documentation;

/// <summary>Every seed of best, from its card.</summary>
internal static class SeedsTable
{
    public const string Name = "seeds";

    public static string Write(string root)
    {
        ModelCard card = ModelCard.Parse(File.ReadAllText(Path.Combine(root, "artifacts", "models", "best.md")));
        return MarkedTable.Format(
            ["seed", "test accuracy", "without the disputed labels"],
            [
                .. card.Runs.Select(run => Row(run == card.Shipped ? $"{run.Seed} (shipped, fixed before)" : run.Seed, run)),
                Row(card.Mean.Seed, card.Mean),
            ]);
    }

    private static string[] Row(string title, SeedResult result) => [title, result.Accuracy, result.WithoutDisputed ?? "–"];
}
