using System.Text;
using Shared;

namespace OnnxDigits.Training.Reports;

/// <summary>
/// The folder of one run, which one process at a time writes to. A new run never reuses an existing one; files are
/// written beside and renamed.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>The file that whoever writes to the folder holds.</summary>
    public const string LockFile = ".lock";

    private readonly FileStream _claim;

    // The system lets go of the file when the process ends, however it ends.
    private RunFolder(string path)
    {
        Path = path;
        _claim = new FileStream(
            FilePath(LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0,
            FileOptions.DeleteOnClose);
    }

    public string Path { get; }

    public static RunFolder Create(string parent, string network, long seed, DateTimeOffset now)
    {
        Directory.CreateDirectory(parent);
        for (int attempt = 1; ; attempt++)
        {
            string path = System.IO.Path.Combine(parent, new RunName(now.DateTime, network, seed, attempt).ToString());
            if (TryClaim(path)) return new RunFolder(path);
        }
    }

    /// <summary>Claims the folder of a run that was stopped, and clears away what was half-written then.</summary>
    /// <exception cref="IOException">Another process writes to it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written to.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        foreach (string leftover in Directory.GetFiles(path, "*.tmp")) File.Delete(leftover);
        return folder;
    }

    public string FilePath(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    public void Write(string name, Action<Stream> write) => AtomicFile.Write(FilePath(name), write);

    public void Dispose() => _claim.Dispose();

    // CreateDirectory does not tell a new folder from an old one; moving a folder onto an existing one fails.
    private static bool TryClaim(string path)
    {
        if (System.IO.Path.Exists(path)) return false;

        string fresh = Directory.CreateDirectory($"{path}.{Guid.NewGuid():N}").FullName;
        try
        {
            Directory.Move(fresh, path);
            return true;
        }
        catch (IOException) when (System.IO.Path.Exists(path))
        {
            Directory.Delete(fresh);
            return false;
        }
    }
}
