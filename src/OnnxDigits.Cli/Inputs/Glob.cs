using System.IO.Enumeration;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Matches paths against a pattern: * and ? match within a name, ** matches any number of folders.</summary>
internal sealed class Glob(string pattern)
{
    // A backslash would escape the next character of the pattern.
    private readonly string[] _names = Normalize(pattern).Replace("\\", "\\\\").Split('/');

    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    public bool IsMatch(string path) => IsMatch(_names, Normalize(path).Split('/'));

    /// <summary>Returns the longest folder of a pattern that contains no wildcard.</summary>
    public static string FixedFolder(string pattern)
    {
        string normal = Normalize(pattern);
        int slash = normal.LastIndexOf('/', normal.IndexOfAny(['*', '?']));
        return slash < 0 ? "." : normal[..Math.Max(1, slash)];
    }

    /// <summary>Returns the number of levels below <see cref="FixedFolder"/> that a pattern can match.</summary>
    public static int Depth(string pattern)
    {
        string normal = Normalize(pattern);
        return normal.Contains("**", StringComparison.Ordinal)
            ? int.MaxValue
            : normal.AsSpan(normal.IndexOfAny(['*', '?'])).Count('/');
    }

    /// <summary>Returns a path with slashes as separators.</summary>
    public static string Normalize(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    // Absolute paths begin with an empty name, which MatchesSimpleExpression never matches.
    private static bool IsNameMatch(string pattern, string name) =>
        pattern == name || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static bool IsMatch(ReadOnlySpan<string> pattern, ReadOnlySpan<string> names) => pattern switch
    {
        [] => names.IsEmpty,
        ["**", .. var rest] => IsMatch(rest, names) || (!names.IsEmpty && IsMatch(pattern, names[1..])),
        [var name, .. var rest] => !names.IsEmpty
            && IsNameMatch(name, names[0])
            && IsMatch(rest, names[1..]),
    };
}
