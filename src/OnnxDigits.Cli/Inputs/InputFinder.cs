using System.IO.Enumeration;
using OnnxDigits.Imaging;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Paths, folders and globs to files, each once, in ordinal order of their paths.</summary>
internal static class InputFinder
{
    public static IReadOnlyList<InputFile> Find(IEnumerable<string> paths)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
                found.UnionWith(EnumerateFiles(path).Where(IsImage));
            else if (!File.Exists(path) && Glob.IsPattern(path))
                found.UnionWith(new Glob(path).Expand(EnumerateFiles));
            else
                // A named file is an input even when it is missing: its row says so.
                found.Add(path);
        }
        return [.. found.Select(path => new InputFile(path))];
    }

    private static bool IsImage(string path) =>
        ImageFile.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static FileSystemEnumerable<string> EnumerateFiles(string folder) =>
        new(folder, Combine, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            // A link to a folder may lead back above itself.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    private static string Combine(ref FileSystemEntry entry) => entry.ToSpecifiedFullPath();
}
