namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Tables of Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>Rows under a head; every line ends.</summary>
    public static string Format(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        string[] lines =
        [
            Row(head),
            $"|---|{string.Concat(head.Skip(1).Select(_ => "---|"))}",
            .. rows.Select(Row),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
