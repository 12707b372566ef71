using System.Text;
using OnnxDigits.Training.Loop.Callbacks;

namespace OnnxDigits.Training.Reports;

/// <summary>Represents the folder of a run while this process writes to it. No other process can open it.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockFile = ".lock";

    private readonly FileStream _lock;

    // The system releases the lock when the process ends, even if it is killed.
    private RunFolder(string path)
    {
        Path = path;
        _lock = new FileStream(
            FilePath(LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0,
            FileOptions.DeleteOnClose);
    }

    /// <summary>Gets the path of the folder.</summary>
    public string Path { get; }

    /// <summary>Creates a new folder such as <c>2030-01-31_235959_conv_seed1</c>.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static RunFolder Create(string parent, string network, long seed, DateTimeOffset now)
    {
        parent = Directory.CreateDirectory(parent).FullName;
        string name = FormattableString.Invariant($"{now:yyyy-MM-dd_HHmmss}_{network}_seed{seed}");
        for (int number = 1; ; number++)
        {
            string path = System.IO.Path.Combine(parent, number == 1 ? name : $"{name}_{number}");
            if (TryCreate(path)) return new RunFolder(path);
        }
    }

    /// <summary>Opens the folder of a stopped run and deletes temporary files.</summary>
    /// <exception cref="IOException">Another process writes to the folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is read-only.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        foreach (string leftover in Directory.GetFiles(path, "*.tmp")) File.Delete(leftover);
        return folder;
    }

    /// <summary>Indicates whether a process is writing to a run folder.</summary>
    public static bool IsInUse(string path)
    {
        try
        {
            using var probe = new FileStream(
                System.IO.Path.Combine(path, LockFile), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Writes the report of the run, and its epochs as <c>metrics.csv</c> and for TensorBoard.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(RunReport report)
    {
        Write(RunReport.FileName, stream => stream.Write(ReportJson.ToUtf8(report)));
        Write("metrics.csv", CsvLogger.Format(report.Epochs));
        EventFile.Write(FilePath(EventFile.Name), report);
    }

    /// <summary>Writes a text file.</summary>
    public void Write(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes a file atomically. An existing file stays until the new one is complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string name, Action<Stream> write) => AtomicFile.Write(FilePath(name), write);

    public void Dispose() => _lock.Dispose();

    private string FilePath(string name) => System.IO.Path.Combine(Path, name);

    // Directory.CreateDirectory succeeds on an existing folder; Directory.Move onto one fails.
    private static bool TryCreate(string path)
    {
        if (System.IO.Path.Exists(path)) return false;

        string temporary = Directory.CreateDirectory($"{path}.{Guid.NewGuid():N}").FullName;
        try
        {
            Directory.Move(temporary, path);
            return true;
        }
        catch (IOException) when (System.IO.Path.Exists(path))
        {
            Directory.Delete(temporary);
            return false;
        }
    }
}
