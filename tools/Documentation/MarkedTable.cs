using OnnxDigits.Tools.Figures;

namespace OnnxDigits.Tools.Documentation;

/// <summary>A table of a page, between two comments that name it.</summary>
internal static class MarkedTable
{
    /// <summary>What stands between the comments.</summary>
    /// <exception cref="InvalidDataException">The page does not have them.</exception>
    public static string Read(string page, string name)
    {
        (int start, int end) = Find(page, name);
        return page[start..end];
    }

    /// <summary>The page with another table there.</summary>
    /// <exception cref="InvalidDataException">The page does not have the comments.</exception>
    public static string Replace(string page, string name, string table)
    {
        (int start, int end) = Find(page, name);
        return page[..start] + table + page[end..];
    }

    /// <summary>Rows under a head as Markdown, with an empty line before and behind.</summary>
    public static string Format(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows) => Frame(MarkdownTable.Format(head, rows));

    /// <summary>Lines of Markdown with an empty line before and behind.</summary>
    public static string Frame(string lines) => $"\n{lines}\n";

    private static (int Start, int End) Find(string page, string name)
    {
        string before = $"<!-- {name}: written by dotnet cake --target=Documentation -->\n", after = $"<!-- /{name} -->";
        int start = page.IndexOf(before, StringComparison.Ordinal), end = page.IndexOf(after, StringComparison.Ordinal);
        return start >= 0 && end > start
            ? (start + before.Length, end)
            : throw new InvalidDataException($"The page has no table between '{before.TrimEnd()}' and '{after}': write these two lines where it belongs.");
    }
}
