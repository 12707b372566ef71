namespace OnnxDigits.Cli.Inputs;

/// <summary>
/// Selects files by patterns. A pattern with a slash matches the path. A pattern without one matches the name.
/// </summary>
internal sealed class InputFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly Pattern[] _include = [.. include.Select(Pattern.Parse)];
    private readonly Pattern[] _exclude = [.. exclude.Select(Pattern.Parse)];

    public bool Matches(string path) =>
        (_include.Length == 0 || Array.Exists(_include, pattern => pattern.IsMatch(path)))
        && !Array.Exists(_exclude, pattern => pattern.IsMatch(path));

    private sealed record Pattern(Glob Glob, bool IsForPath)
    {
        public static Pattern Parse(string pattern) => new(new Glob(pattern), Glob.Normalize(pattern).Contains('/'));

        public bool IsMatch(string path)
        {
            string normal = Glob.Normalize(path);
            return Glob.IsMatch(IsForPath ? normal : normal[(normal.LastIndexOf('/') + 1)..]);
        }
    }
}
