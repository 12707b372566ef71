using OnnxDigits.Tools.Shared;

namespace OnnxDigits.Tools.Reading;

/// <summary>How photographs of digits are read.</summary>
/// <param name="Networks">SHA-256 of each network's file, by its name.</param>
/// <param name="Sets">The sets and how many photographs are in them.</param>
/// <param name="Steps">Right answers of the conv network where the preprocessing ends behind each of its steps, by set.</param>
/// <param name="Right">Right answers of each network by way of <c>DigitClassifier</c>, by set.</param>
/// <param name="Halves">How many photographs are of the half that the procedure may be chosen on, and how many of the other.</param>
/// <param name="StepsByHalf">The same answers as <paramref name="Steps"/>, by half, and those of the pipeline without one step.</param>
internal sealed record PhotoFigures(
    Dictionary<string, string> Networks, Dictionary<string, int> Sets, Dictionary<string, int[]> Steps, Dictionary<string, int[]> Right,
    int[] Halves, Dictionary<string, int[]> StepsByHalf)
{
    public int Count => Sets.Values.Sum();

    /// <summary>The tables, as Markdown.</summary>
    public string ToMarkdown() =>
        $"{Table("step", Steps)}\nThe same by halves:\n\n{HalvesTable()}\nBy way of `DigitClassifier`:\n\n{Table("network", Right)}";

    private string HalvesTable() => MarkdownTable.Format(
        ["step", $"first half ({Halves[0]})", $"second half ({Halves[1]})"],
        StepsByHalf.Select(row => (IReadOnlyList<string>)[row.Key, .. row.Value.Select(right => $"{right}")]));

    private string Table(string title, Dictionary<string, int[]> rows) => MarkdownTable.Format(
        [title, .. Sets.Select(set => $"{set.Key} ({set.Value})"), $"all ({Count})"],
        rows.Select(row => (IReadOnlyList<string>)[row.Key, .. row.Value.Select(right => $"{right}"), $"{row.Value.Sum()}"]));
}
