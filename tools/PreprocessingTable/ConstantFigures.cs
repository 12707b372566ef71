using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>How pictures are read with each judged constant moved away from its value, the others left where they are.</summary>
/// <param name="Network">SHA-256 of the conv network's file, which read.</param>
/// <param name="First">Photographs in the half that the constants may be chosen on.</param>
/// <param name="Second">Photographs in the other.</param>
/// <param name="Pages">Training images, rendered as pages.</param>
/// <param name="Factors">By what a constant was multiplied; 1 is among them.</param>
/// <param name="Constants">For each constant, what was read rightly at each factor.</param>
internal sealed record ConstantFigures(
    string Network, int First, int Second, int Pages, double[] Factors, Dictionary<string, Reading[]> Constants)
{
    /// <summary>The table and what it comes to, as Markdown.</summary>
    public string ToMarkdown()
    {
        string table = MarkdownTable.Format(
            ["constant", .. Factors.Select(factor => factor == 1 ? "as it is" : $"× {factor.Text("0.##")}")],
            Constants.Select(constant => (IReadOnlyList<string>)[$"`{constant.Key}`", .. constant.Value.Select(reading => reading.ToText())]));
        int asItIs = Array.IndexOf(Factors, 1);
        string[] moved = [.. from constant in Constants
                             let choice = Choice(constant.Value)
                             where choice != asItIs
                             let before = constant.Value[asItIs]
                             let after = constant.Value[choice]
                             select $"`{constant.Key}` × {Factors[choice].Text("0.##")}, behind which {after.Second} of the second half are right in place of {before.Second}"];
        string verdict = moved.Length == 0 ? "leave every constant as it is" : $"move {string.Join("; ", moved)}";
        return $"""
            {table}
            Right of {First} photographs in the first half, of {Second} in the second, and of {Pages} pages. Whoever chose by the first half and the
            pages alone, and kept what nothing beats, would {verdict}.

            """;
    }

    // What reads most of the first half and the pages; among equals the one that is nearest to what is there.
    private int Choice(Reading[] readings) => Enumerable.Range(0, Factors.Length)
        .OrderByDescending(i => readings[i].First + readings[i].Pages).ThenBy(i => Math.Abs(Math.Log(Factors[i]))).First();
}

/// <summary>Pictures that were read rightly.</summary>
/// <param name="First">In the first half of the photographs.</param>
/// <param name="Second">In the second.</param>
/// <param name="Pages">Of the rendered pages.</param>
internal sealed record Reading(int First, int Second, int Pages)
{
    public string ToText() => $"{First} · {Second} · {Pages}";
}
