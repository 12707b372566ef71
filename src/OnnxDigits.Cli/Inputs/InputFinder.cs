using System.Collections.Frozen;
using System.IO.Enumeration;
using OnnxDigits.Cli.Shards;
using OnnxDigits.Imaging;

namespace OnnxDigits.Cli.Inputs;

/// <summary>Finds the files of paths, folders and globs, without duplicates and in ordinal order.</summary>
/// <param name="filter">Selects the files of folders and globs.</param>
/// <param name="recurses">Indicates whether subfolders are searched.</param>
/// <param name="shard">The part of the files to find, or <c>null</c> for all.</param>
internal sealed class InputFinder(InputFilter filter, bool recurses = true, Shard? shard = null)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    // Pictures that ImageFile can't decode. They become rows with advice on how to convert them.
    private static readonly string[] OtherPictures =
    [
        ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2", ".j2k", ".psd", ".xcf", ".svg", ".pdf",
        ".eps", ".pbm", ".pgm", ".ppm", ".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".pef", ".raf", ".rw2", ".srw",
    ];

    private static readonly FrozenSet<string> Extensions =
        ImageFile.Extensions.Concat(OtherPictures).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string InvalidName = "its name is not valid UTF-8. Rename it.";

    // Folders that cannot be read, and names that .NET cannot represent.
    private readonly List<InputFile> _unreadable = [];

    private readonly SkippedFiles _skipped = new();

    public InputSet Find(IEnumerable<string> paths)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths.Distinct(StringComparer.Ordinal))
        {
            bool isFolder = path != InputFile.StandardInput && Directory.Exists(path);
            if (!isFolder && (File.Exists(path) || !Glob.IsPattern(path)))
            {
                // A missing file is an input too: its row contains the error.
                if (IsOwn(path)) found.Add(path);
                continue;
            }
            string root = RootOf(path);
            int unreadable = _unreadable.Count;
            bool isEmpty = true;
            foreach (string file in (isFolder ? EnumerateFiles(path) : Expand(path)).Where(filter.Matches))
            {
                if (isFolder && !IsPicture(file))
                {
                    if (IsOwn(file, root)) _skipped.Add(file);
                    continue;
                }
                isEmpty = false;
                if (IsOwn(file, root) && !IsUnrepresentable(file)) found.Add(file);
            }
            if (isEmpty && _unreadable.Count == unreadable) _skipped.EmptyPaths.Add(path);
        }
        InputFile[] files =
        [
            .. found.Select(path => new InputFile(path))
                .Concat(_unreadable.Where(file => IsOwn(file.Path)))
                .OrderBy(file => file.Path, StringComparer.Ordinal),
        ];
        return new(files, files.Length, _skipped);
    }

    /// <summary>
    /// Returns the folder of a path of the command line, in the form in which the files' paths start with it.
    /// </summary>
    public static string RootOf(string path) =>
        Directory.Exists(path) ? path : Glob.FixedFolder(path) is var folder && folder == "." ? "" : folder;

    private bool IsOwn(string path, string root = "") => shard?.Contains(path, root) ?? true;

    // macOS writes a file named ._x beside each file x on other file systems.
    private static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path))
        && !Path.GetFileName(path.AsSpan()).StartsWith("._");

    /// <summary>Records a file whose name has bytes that .NET replaced. Several names may look the same.</summary>
    private bool IsUnrepresentable(string path)
    {
        if (!path.Contains('\uFFFD') || File.Exists(path)) return false;
        _unreadable.Add(new(path, $"Cannot read '{path}': {InvalidName}"));
        return true;
    }

    private IEnumerable<string> Expand(string pattern)
    {
        var glob = new Glob(pattern);
        string folder = Glob.FixedFolder(pattern);
        if (!Directory.Exists(folder)) return [];
        // Removes the "./" that the pattern doesn't have.
        var files = EnumerateFiles(folder, Glob.Depth(pattern));
        return (folder == "." ? files.Select(path => Path.GetRelativePath(folder, path)) : files)
            .Select(Glob.Normalize)
            .Where(glob.IsMatch);
    }

    private IEnumerable<string> EnumerateFiles(string folder, int depth = int.MaxValue)
    {
        var folders = new Stack<(string Path, int Depth)>([(folder, recurses ? depth : 0)]);
        while (folders.TryPop(out var next))
        {
            foreach (var (path, isFolder, isLink) in List(next.Path))
            {
                if (!isFolder)
                {
                    yield return path;
                }
                else if (next.Depth > 0)
                {
                    // Links to folders may lead back to a parent, so they aren't followed.
                    if (!isLink) folders.Push((path, next.Depth - 1));
                    else if (IsOwn(path, folder)) _skipped.AddLink(path);
                }
            }
        }
    }

    private (string Path, bool IsFolder, bool IsLink)[] List(string folder)
    {
        try
        {
            return [.. new FileSystemEnumerable<(string, bool, bool)>(folder, Describe, Everything)];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            string reason = e switch
            {
                DirectoryNotFoundException when folder.Contains('\uFFFD') => InvalidName,
                UnauthorizedAccessException => "access is denied.",
                _ => e.Message,
            };
            _unreadable.Add(new(folder, $"Cannot read the folder '{folder}': {reason}"));
            return [];
        }
    }

    // The attributes take a system call, which files don't need.
    private static (string, bool, bool) Describe(ref FileSystemEntry entry) => (
        entry.ToSpecifiedFullPath(), entry.IsDirectory,
        entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint));
}
