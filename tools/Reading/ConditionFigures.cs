using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>How the networks read a set's test images under each condition.</summary>
/// <param name="Data">The name of the set.</param>
/// <param name="Sha256">Of the set.</param>
/// <param name="Images">So many test images, the first of them.</param>
/// <param name="Networks">SHA-256 of each network's file, by its name.</param>
/// <param name="Conditions">The first is the images as they are, which the others are held against.</param>
internal sealed record ConditionFigures(
    string Data, string Sha256, int Images, Dictionary<string, string> Networks, IReadOnlyList<ConditionFigure> Conditions)
{
    /// <summary>The table and what belongs under it, as Markdown.</summary>
    public string ToMarkdown()
    {
        string[] networks = [.. Networks.Keys];
        string table = MarkdownTable.Format(
            ["condition", .. networks.SelectMany(network => (string[])[network, "of clean"]), "blank"],
            Conditions.Select(condition => (IReadOnlyList<string>)
            [
                condition.Name,
                .. networks.SelectMany(network => (string[])[Accuracy(condition, network).Text("0.0000"), OfClean(condition, network).Text("0.000")]),
                condition.Blank.Text(),
            ]));
        var worst = networks.Select(network => $"{network} {Conditions.Min(condition => OfClean(condition, network)).Text("0.000")}");
        return $"""
            {table}
            The lowest of clean: {string.Join(", ", worst)}. {Images} test images of {Data}, SHA-256 of the set `{Sha256[..16]}…`.

            """;
    }

    private double Accuracy(ConditionFigure condition, string network) => (double)condition.Right[network] / Images;

    private double OfClean(ConditionFigure condition, string network) =>
        (double)condition.Right[network] / Conditions[0].Right[network];
}

/// <summary>One condition.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Right">Images read rightly, by the name of the network.</param>
/// <param name="Blank">Images on which the preprocessing found nothing.</param>
internal sealed record ConditionFigure(string Name, Dictionary<string, int> Right, int Blank)
{
    /// <summary>The counts on a line.</summary>
    public string ToText() => $"{string.Join(", ", Right.Select(right => $"{right.Key} {right.Value}"))}, blank {Blank}";
}
