using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>How pictures are read with each judged constant moved away from its value, the others left where they are.</summary>
/// <param name="Networks">SHA-256 of the files of the networks that read, by name.</param>
/// <param name="First">Photographs in the half that the constants may be chosen on.</param>
/// <param name="Second">Photographs in the other.</param>
/// <param name="Pages">Training images, rendered as pages.</param>
/// <param name="Factors">By what a constant was multiplied; 1 is among them.</param>
/// <param name="Constants">For each constant, what each network read rightly at each factor.</param>
internal sealed record ConstantFigures(
    Dictionary<string, string> Networks, int First, int Second, int Pages, double[] Factors,
    Dictionary<string, Dictionary<string, Reading>[]> Constants)
{
    // A gain that chance has more often than one time in twenty moves nothing.
    private const double Beyond = 0.05;

    /// <summary>The tables and what they come to, as Markdown.</summary>
    public string ToMarkdown() => $"""
        Right of {First} photographs in the first half, of {Second} in the second, and of {Pages} pages.
        {string.Concat(Networks.Keys.Select(Section))}
        """;

    /// <summary>What a network's answers to the first half and the pages move each constant to: a factor, by the constant's name.</summary>
    public Dictionary<string, double> Moves(string network) => Constants
        .Select(constant => (constant.Key, Factor: Factors[Choice([.. constant.Value.Select(readings => readings[network])])]))
        .Where(move => move.Factor != 1).ToDictionary(move => move.Key, move => move.Factor);

    private string Section(string network)
    {
        int asItIs = Array.IndexOf(Factors, 1);
        string table = MarkdownTable.Format(
            [$"constant, {network} reads", .. Factors.Select(factor => factor == 1 ? "as it is" : $"× {factor.Text("0.##")}")],
            Constants.Select(constant => (IReadOnlyList<string>)[$"`{constant.Key}`", .. constant.Value.Select(readings => readings[network].ToText())]));
        string[] moved = [.. from move in Moves(network)
                             let readings = Constants[move.Key]
                             let before = readings[asItIs][network]
                             let after = readings[Array.IndexOf(Factors, move.Value)][network]
                             select $"`{move.Key}` × {move.Value.Text("0.##")}, behind which {after.Second} of the second half are right in place of {before.Second}, and {after.Pages} pages of {before.Pages}"];
        string verdict = moved.Length == 0 ? "leave every constant as it is" : $"move {string.Join("; ", moved)}";
        return $"""

            {table}
            By {network}, the first half and the pages {verdict}.

            """;
    }

    // What gains most of the first half and the pages beyond chance, else what is there; among equals what is nearest to it.
    private int Choice(Reading[] readings) => Enumerable.Range(0, Factors.Length)
        .Where(i => Factors[i] == 1 || SignTest.Chance(readings[i].Gained, readings[i].Lost) <= Beyond)
        .OrderByDescending(i => readings[i].Gained - readings[i].Lost).ThenBy(i => Math.Abs(Math.Log(Factors[i]))).First();
}

/// <summary>Pictures that were read rightly.</summary>
/// <param name="First">In the first half of the photographs.</param>
/// <param name="Second">In the second.</param>
/// <param name="Pages">Of the rendered pages.</param>
/// <param name="Gained">Of the first half and the pages, those that are misread with every constant as it is.</param>
/// <param name="Lost">Of the same, those that are read rightly so, and misread here.</param>
internal sealed record Reading(int First, int Second, int Pages, int Gained, int Lost)
{
    public string ToText() => $"{First} · {Second} · {Pages}" + (Gained + Lost > 0 ? $" (+{Gained} −{Lost})" : "");
}
