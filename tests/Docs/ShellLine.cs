namespace Docs;

/// <summary>A command of a page, without its comment.</summary>
/// <param name="Page">The page.</param>
/// <param name="Text">The command as it stands there.</param>
/// <param name="IsFenced">Whether it is in a block that says it is of the shell, and so can be run as it stands.</param>
public sealed record ShellLine(string Page, string Text, bool IsFenced)
{
    // In an indented block, output may stand beside commands.
    private static readonly string[] Commands = ["dotnet ", "infer "];

    /// <summary>Its words, as far as they matter here.</summary>
    internal string[] Words => Text.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries);

    internal static IEnumerable<ShellLine> All =>
        from page in Repository.Pages
        from block in new MarkdownPage(page).Blocks
        where block.Language is "sh" or null
        from line in block.Text.Split('\n')
        where block.Language == "sh" || Commands.Any(command => line.StartsWith(command, StringComparison.Ordinal))
        from command in WithoutComment(line).Split("&&", StringSplitOptions.TrimEntries)
        where command.Length > 0
        select new ShellLine(page, command, block.Language == "sh");

    /// <inheritdoc/>
    public override string ToString() => $"{Page}: {Text}";

    private static string WithoutComment(string line) => line.StartsWith('#') ? "" : line.Split(" # ")[0].Split("  #")[0];
}
