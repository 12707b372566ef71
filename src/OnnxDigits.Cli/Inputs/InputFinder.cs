using System.IO.Enumeration;
using OnnxDigits.Imaging;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Paths, folders and globs to files, each once, in ordinal order of their paths.</summary>
internal sealed class InputFinder(InputFilter filter, bool recurses = true)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    // A folder that cannot be read becomes a row with its reason, as a file does.
    private readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    public InputSet Find(IEnumerable<string> paths)
    {
        var found = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
                found.AddRange(EnumerateFiles(path).Where(IsImage).Where(filter.Takes));
            else if (!File.Exists(path) && Glob.IsPattern(path))
                found.AddRange(new Glob(path).Expand(EnumerateFiles).Where(filter.Takes));
            else
                // A named file is an input even when it is missing: its row says so.
                found.Add(path);
        }
        found.AddRange(_unreadable.Keys);
        found.Sort(StringComparer.Ordinal);
        return InputSet.Of([.. found.Where((path, index) => index == 0 || path != found[index - 1])
            .Select(path => new InputFile(path, _unreadable.GetValueOrDefault(path)))]);
    }

    private static bool IsImage(string path) =>
        ImageFile.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<string> EnumerateFiles(string folder)
    {
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            if (!TryList(next, out var entries))
                continue;
            foreach (var (path, isFolder) in entries)
            {
                if (!isFolder)
                    yield return path;
                else if (recurses)
                    folders.Push(path);
            }
        }
    }

    private bool TryList(string folder, out List<(string Path, bool IsFolder)> entries)
    {
        try
        {
            // A link to a folder may lead back above itself.
            entries = [.. new FileSystemEnumerable<(string, bool)>(folder, Describe, Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    !entry.IsDirectory || !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            }];
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            _unreadable[folder] = $"the folder '{folder}' cannot be read: {e.Message}";
            entries = [];
            return false;
        }
    }

    private static (string, bool) Describe(ref FileSystemEntry entry) => (entry.ToSpecifiedFullPath(), entry.IsDirectory);
}
