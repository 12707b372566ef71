namespace OnnxDigits.Cli.Inputs;

/// <summary>
/// Represents the files in folders that are not pictures, the links to folders, and the paths without pictures.
/// </summary>
internal sealed class SkippedFiles
{
    private const int MaxKinds = 8;

    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _others = new(StringComparer.Ordinal);

    /// <summary>Gets the folders and globs of the command line that have no images.</summary>
    public List<string> EmptyPaths { get; } = [];

    /// <summary>Gets the kinds of files and their numbers, the most frequent kind first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Kinds =>
    [
        .. _files.Select(KindOf).Concat(_links.Select(_ => "linked folder")).CountBy(kind => kind)
            .Concat(_others)
            .GroupBy(kind => kind.Key, kind => kind.Value)
            .Select(kind => KeyValuePair.Create(kind.Key, kind.Sum()))
            .OrderByDescending(kind => kind.Value)
            .ThenBy(kind => kind.Key, StringComparer.Ordinal),
    ];

    public void Add(string path) => _files.Add(path);

    /// <summary>Adds a link to a folder, which isn't followed.</summary>
    public void AddLink(string path) => _links.Add(path);

    /// <summary>Adds files of a kind that other runs skipped.</summary>
    public void Add(string kind, int count) => _others[kind] = _others.GetValueOrDefault(kind) + count;

    /// <summary>Returns one line with the number of files by extension, or an empty string without files.</summary>
    public string Describe()
    {
        int total = Kinds.Sum(kind => kind.Value);
        if (total == 0) return "";
        var kinds = Kinds.Take(MaxKinds).Select(kind => $"{kind.Value} {kind.Key}").ToList();
        int others = Kinds.Skip(MaxKinds).Sum(kind => kind.Value);
        if (others > 0) kinds.Add($"{others} others");
        return $"{total} {(total == 1 ? "file" : "files")} skipped: {string.Join(", ", kinds)}";
    }

    private static string KindOf(string path)
    {
        if (Path.GetFileName(path.AsSpan()).StartsWith('.')) return "hidden";
        string extension = Path.GetExtension(path).ToLowerInvariant();
        return extension.Length > 0 && !extension.Any(char.IsControl) ? extension : "without extension";
    }
}
