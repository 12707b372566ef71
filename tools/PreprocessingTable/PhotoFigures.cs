using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>How photographs of digits are read.</summary>
/// <param name="Networks">SHA-256 of each network's file, by its name.</param>
/// <param name="Sets">The sets and how many photographs are in them.</param>
/// <param name="Steps">Right answers of the conv network where the preprocessing ends behind each of its steps, by set.</param>
/// <param name="Right">Right answers of each network by way of <c>DigitClassifier</c>, by set.</param>
internal sealed record PhotoFigures(
    Dictionary<string, string> Networks, Dictionary<string, int> Sets, Dictionary<string, int[]> Steps, Dictionary<string, int[]> Right)
{
    public int Count => Sets.Values.Sum();

    /// <summary>The tables, as Markdown.</summary>
    public string ToMarkdown() =>
        $"{Table("step", Steps)}\nBy way of `DigitClassifier`:\n\n{Table("network", Right)}";

    private string Table(string title, Dictionary<string, int[]> rows) => MarkdownTable.Format(
        [title, .. Sets.Select(set => $"{set.Key} ({set.Value})"), $"all ({Count})"],
        rows.Select(row => (IReadOnlyList<string>)[row.Key, .. row.Value.Select(right => $"{right}"), $"{row.Value.Sum()}"]));
}
