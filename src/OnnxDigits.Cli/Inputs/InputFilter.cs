using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Inputs;

/// <summary>
/// Which of the files that a folder, a glob or a list gives are taken. A pattern without a slash is for names, one with
/// a slash for the whole path.
/// </summary>
internal sealed class InputFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly IReadOnlyList<(Regex Pattern, bool IsForPath)> _include = Compile(include);
    private readonly IReadOnlyList<(Regex Pattern, bool IsForPath)> _exclude = Compile(exclude);

    /// <summary>Takes everything.</summary>
    public static InputFilter None { get; } = new([], []);

    public bool Takes(string path) => (_include.Count == 0 || Match(_include, path)) && !Match(_exclude, path);

    private static IReadOnlyList<(Regex, bool)> Compile(IEnumerable<string> patterns) =>
        [.. patterns.Select(pattern => (Glob.ToRegex(Glob.Normal(pattern)), Glob.Normal(pattern).Contains('/')))];

    private static bool Match(IReadOnlyList<(Regex Pattern, bool IsForPath)> patterns, string path)
    {
        if (patterns.Count == 0)
            return false;
        string normal = Glob.Normal(path);
        string name = normal[(normal.LastIndexOf('/') + 1)..];
        return patterns.Any(pattern => pattern.Pattern.IsMatch(pattern.IsForPath ? normal : name));
    }
}
