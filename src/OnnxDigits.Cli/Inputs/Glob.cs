using System.Text;
using System.Text.RegularExpressions;

namespace OnnxDigits.Cli.Inputs;

/// <summary>A pattern for paths: * and ? within a name, ** across folders.</summary>
internal sealed class Glob
{
    private readonly string _folder;
    private readonly Regex _pattern;

    public Glob(string pattern)
    {
        string normal = Normal(pattern);
        int slash = normal.LastIndexOf('/', normal.IndexOfAny(['*', '?']));
        _folder = slash < 0 ? "." : normal[..Math.Max(1, slash)];
        _pattern = ToRegex(normal[(slash + 1)..]);
        Prefix = slash < 0 ? "" : normal[..(slash + 1)];
    }

    private string Prefix { get; }

    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The files below the pattern's fixed folder that match.</summary>
    public IEnumerable<string> Expand(Func<string, IEnumerable<string>> enumerateFiles) => Directory.Exists(_folder)
        ? enumerateFiles(_folder)
            .Select(path => Normal(Path.GetRelativePath(_folder, path)))
            .Where(path => _pattern.IsMatch(path))
            .Select(path => Prefix + path)
        : [];

    /// <summary>A path with slashes between its names, whatever the system writes.</summary>
    public static string Normal(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>What a whole path must be to match.</summary>
    public static Regex ToRegex(string glob)
    {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.Length; i++)
        {
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }
        // A file's name may hold line breaks.
        return new($"\\A{regex}\\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }
}
