namespace OnnxDigits.Tools.Shared;

/// <summary>Writes tables in Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Returns a table whose columns, except the first, are aligned to the right.</summary>
    /// <param name="head">The column titles.</param>
    /// <param name="rows">The rows, with one cell for each column.</param>
    public static string Format(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        string rule = $"|---|{string.Concat(Enumerable.Repeat("---:|", head.Count - 1))}";
        string[] lines = [Row(head), rule, .. rows.Select(Row)];
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
