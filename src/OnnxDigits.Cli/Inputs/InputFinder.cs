using System.IO.Enumeration;
using OnnxDigits.Imaging;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Finds the files of paths, folders and globs, without duplicates and in ordinal order.</summary>
internal sealed class InputFinder(InputFilter filter, bool recurses = true)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    // A folder that cannot be read becomes a row with its error, as a file does.
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    public InputSet Find(IEnumerable<string> paths)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                found.UnionWith(EnumerateFiles(path).Where(IsImage).Where(filter.Matches));
            }
            else if (!File.Exists(path) && Glob.IsPattern(path))
            {
                found.UnionWith(Expand(path).Where(filter.Matches));
            }
            else
            {
                // A missing file is an input too: its row contains the error.
                found.Add(path);
            }
        }
        found.UnionWith(_unreadable.Keys);
        InputFile[] files = [.. found.Order(StringComparer.Ordinal)
            .Select(path => new InputFile(path, _unreadable.GetValueOrDefault(path)))];
        return new(files, files.Length, files.Select(file => file.Path.Length).DefaultIfEmpty().Max());
    }

    private static bool IsImage(string path) =>
        ImageFile.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<string> Expand(string pattern)
    {
        var glob = new Glob(pattern);
        string folder = Glob.FixedFolder(pattern);
        if (!Directory.Exists(folder)) return [];
        // Removes the "./" that the pattern doesn't have.
        var files = EnumerateFiles(folder);
        return (folder == "." ? files.Select(path => Path.GetRelativePath(folder, path)) : files)
            .Select(Glob.Normalize)
            .Where(glob.IsMatch);
    }

    private IEnumerable<string> EnumerateFiles(string folder)
    {
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            foreach (var (path, isFolder) in List(next))
            {
                if (!isFolder)
                {
                    yield return path;
                }
                else if (recurses)
                {
                    folders.Push(path);
                }
            }
        }
    }

    private (string Path, bool IsFolder)[] List(string folder)
    {
        try
        {
            return [.. new FileSystemEnumerable<(string, bool)>(folder, Describe, Everything)
            {
                // Links to folders may lead back to a parent, so they aren't followed.
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    !entry.IsDirectory || !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            }];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            _unreadable[folder] = $"Cannot read the folder '{folder}': {e.Message}";
            return [];
        }
    }

    private static (string, bool) Describe(ref FileSystemEntry entry) =>
        (entry.ToSpecifiedFullPath(), entry.IsDirectory);
}
