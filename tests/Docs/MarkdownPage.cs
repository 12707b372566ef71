using System.Text.RegularExpressions;

namespace Docs;

/// <summary>A block of code on a page.</summary>
/// <param name="Language">What stands behind the fence; null for an indented block.</param>
/// <param name="Text">Its lines.</param>
/// <param name="Line">Where it starts, from 1 on.</param>
internal sealed record CodeBlock(string? Language, string Text, int Line);

/// <summary>What of a page can be checked: its blocks of code, links, pieces of code in the text and headings.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<CodeBlock> _blocks = [];
    private readonly List<string> _prose = [];

    public MarkdownPage(string path)
    {
        Path = path;
        Parse(Repository.Read(path).Split('\n'));
    }

    /// <summary>Relative to the repository.</summary>
    public string Path { get; }

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    public IEnumerable<string> Links => _prose.SelectMany(line => Link().Matches(line).Select(match => match.Groups["target"].Value));

    /// <summary>What stands between backticks in the text.</summary>
    public IEnumerable<string> CodeSpans => _prose.SelectMany(line => CodeSpan().Matches(line).Select(match => match.Groups[1].Value));

    /// <summary>The anchors of the headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => _prose.Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private void Parse(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            int start = i + 1;
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                string language = lines[i][3..].Trim();
                var text = new List<string>();
                for (i++; !lines[i].StartsWith("```", StringComparison.Ordinal); i++) text.Add(lines[i]);
                _blocks.Add(new CodeBlock(language, string.Join('\n', text), start));
            }
            else if (lines[i].StartsWith("    ", StringComparison.Ordinal) && lines[i - 1].Length == 0)
            {
                var text = new List<string>();
                for (; i < lines.Length && lines[i].StartsWith("    ", StringComparison.Ordinal); i++) text.Add(lines[i][4..]);
                i--;
                _blocks.Add(new CodeBlock(null, string.Join('\n', text), start));
            }
            else
            {
                _prose.Add(lines[i]);
            }
        }
    }

    [GeneratedRegex("""\]\((?<target>[^)\s]+)\)|(?:src|srcset|href)="(?<target>[^"]+)""")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
