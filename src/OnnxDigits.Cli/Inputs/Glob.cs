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
        string normal = pattern.Replace(Path.DirectorySeparatorChar, '/');
        int slash = normal.LastIndexOf('/', normal.IndexOfAny(['*', '?']));
        _folder = slash < 0 ? "." : normal[..Math.Max(1, slash)];
        _pattern = new Regex($"^{ToRegex(normal[(slash + 1)..])}$", RegexOptions.CultureInvariant);
        Prefix = slash < 0 ? "" : normal[..(slash + 1)];
    }

    private string Prefix { get; }

    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The files below the pattern's fixed folder that match.</summary>
    public IEnumerable<string> Expand(Func<string, IEnumerable<string>> enumerateFiles) => Directory.Exists(_folder)
        ? enumerateFiles(_folder)
            .Select(path => Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => _pattern.IsMatch(path))
            .Select(path => Prefix + path)
        : [];

    private static string ToRegex(string glob)
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
        return regex.ToString();
    }
}
