namespace OnnxDigits.Cli.Inputs;

/// <summary>Represents the files of folders that are not pictures, and the paths without pictures.</summary>
internal sealed class SkippedFiles
{
    private const int MaxKinds = 8;

    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    /// <summary>Gets the folders and globs of the command line that have no images.</summary>
    public List<string> EmptyPaths { get; } = [];

    /// <summary>Gets the kinds of files and their numbers, the most frequent kind first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Kinds =>
    [
        .. _files.CountBy(KindOf)
            .OrderByDescending(kind => kind.Value)
            .ThenBy(kind => kind.Key, StringComparer.Ordinal),
    ];

    public void Add(string path) => _files.Add(path);

    /// <summary>Returns one line with the number of files by extension, or an empty string without files.</summary>
    public string Describe()
    {
        if (_files.Count == 0) return "";
        var kinds = Kinds.Take(MaxKinds).Select(kind => $"{kind.Value} {kind.Key}").ToList();
        int others = Kinds.Skip(MaxKinds).Sum(kind => kind.Value);
        if (others > 0) kinds.Add($"{others} others");
        return $"{_files.Count} {(_files.Count == 1 ? "file" : "files")} skipped: {string.Join(", ", kinds)}";
    }

    private static string KindOf(string path)
    {
        if (Path.GetFileName(path.AsSpan()).StartsWith('.')) return "hidden";
        string extension = Path.GetExtension(path).ToLowerInvariant();
        return extension.Length > 0 && !extension.Any(char.IsControl) ? extension : "without extension";
    }
}
