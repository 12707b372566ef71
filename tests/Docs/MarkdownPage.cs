using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Represents a block of code on a page.</summary>
/// <param name="Language">The language after the fence, or <see langword="null"/> for an indented block.</param>
/// <param name="Text">The lines of the block.</param>
/// <param name="Line">The number of the block's first line.</param>
internal sealed record CodeBlock(string? Language, string Text, int Line);

/// <summary>Reads the code blocks, links, code spans and headings of a Markdown page.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<CodeBlock> _blocks = [];
    private readonly List<string> _prose = [];

    /// <summary>Reads a page.</summary>
    /// <param name="path">The path relative to the repository.</param>
    public MarkdownPage(string path)
    {
        string[] lines = Repository.Read(path).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            int start = i + 1;
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                string language = lines[i][3..].Trim();
                int end = Array.IndexOf(lines, "```", i + 1);
                _blocks.Add(new CodeBlock(language, string.Join('\n', lines[(i + 1)..end]), start));
                i = end;
            }
            else if (IsIndented(lines[i]) && lines[i - 1].Length == 0)
            {
                string[] block = [.. lines.Skip(i).TakeWhile(IsIndented).Select(line => line[4..])];
                _blocks.Add(new CodeBlock(null, string.Join('\n', block), start));
                i += block.Length - 1;
            }
            else
            {
                _prose.Add(lines[i]);
            }
        }
    }

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    public IEnumerable<string> Links =>
        _prose.SelectMany(line => Link().Matches(line)).Select(match => match.Groups["target"].Value);

    public IEnumerable<string> CodeSpans =>
        _prose.SelectMany(line => CodeSpan().Matches(line)).Select(match => match.Groups[1].Value);

    /// <summary>Gets the anchors that GitHub derives from the headings.</summary>
    public IEnumerable<string> Anchors => _prose.Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static bool IsIndented(string line) => line.StartsWith("    ", StringComparison.Ordinal);

    [GeneratedRegex("""\]\((?<target>[^)\s]+)\)|(?:src|srcset|href)="(?<target>[^"]+)""")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
