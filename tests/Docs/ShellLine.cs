namespace Docs;

/// <summary>Represents a command on a page, without its comment.</summary>
/// <param name="Page">The path of the page.</param>
/// <param name="Text">The command.</param>
/// <param name="IsFenced">
/// Indicates whether the command is in a block marked <c>sh</c>, which can be run as it is.
/// </param>
public sealed record ShellLine(string Page, string Text, bool IsFenced)
{
    // Indented blocks may also contain output.
    private static readonly string[] Programs = ["dotnet ", "infer ", "digit-train "];

    /// <summary>
    /// Gets the commands of all pages except research pages, whose commands belong to an older commit.
    /// </summary>
    internal static IEnumerable<ShellLine> All =>
        from page in Repository.Pages
        where !page.StartsWith("docs/research/", StringComparison.Ordinal)
        from block in new MarkdownPage(page).Blocks
        where block.Language is "sh" or null
        from line in block.Text.Split('\n')
        where block.Language == "sh" || Programs.Any(program => line.StartsWith(program, StringComparison.Ordinal))
        from command in WithoutComment(line).Split("&&", StringSplitOptions.TrimEntries)
        where command.Length > 0
        select new ShellLine(page, command, block.Language == "sh");

    internal string[] Words => Text.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public override string ToString() => $"{Page}: {Text}";

    private static string WithoutComment(string line) => line.StartsWith('#') ? "" : line.Split(" # ")[0];
}
