namespace OnnxDigits.Tools.Figures;

/// <summary>Tables of Markdown.</summary>
public static class MarkdownTable
{
    /// <summary>Rows under a head; every line ends.</summary>
    /// <param name="head">A title for each column.</param>
    /// <param name="rows">A cell for each column.</param>
    /// <param name="numbers">All columns but the first are aligned to the right.</param>
    public static string Format(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, bool numbers = false)
    {
        string rule = numbers ? "---:|" : "---|";
        string[] lines =
        [
            Row(head),
            $"|---|{string.Concat(head.Skip(1).Select(_ => rule))}",
            .. rows.Select(Row),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
