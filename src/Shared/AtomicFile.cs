using Microsoft.Win32.SafeHandles;

namespace Shared;

/// <summary>
/// Writes a file atomically: the file is either complete or missing. The content goes to a temporary file in the same
/// folder. <see cref="Commit"/> flushes the temporary file to the disk and renames it. Without a commit, disposing
/// removes it.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    private AtomicFile(string path, string temporary)
    {
        _path = path;
        _temporary = temporary;
        _stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Gets the stream that receives the content.</summary>
    public Stream Stream => _stream;

    /// <summary>Creates the temporary file.</summary>
    /// <param name="path">The path under which the file appears. An existing file is replaced.</param>
    /// <exception cref="IOException">The file cannot be created. The message names the path and the reason.</exception>
    public static AtomicFile Create(string path)
    {
        string full = Path.GetFullPath(path);
        // Renaming over a device would replace the device itself, for instance /dev/null for root.
        if (full.StartsWith("/dev/", StringComparison.Ordinal)
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal))
        {
            throw new IOException($"'{path}' cannot be written: it is a device; choose the path of a file.");
        }
        if (Directory.Exists(full))
        {
            throw new IOException($"'{path}' cannot be written: it is a folder; choose the path of a file.");
        }
        try
        {
            return new AtomicFile(path, $"{full}.{Path.GetRandomFileName()}.tmp");
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(path, e);
        }
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The path under which the file appears. An existing file is replaced.</param>
    /// <param name="write">Writes the content to a stream. If it throws, an existing file stays as it is.</param>
    /// <exception cref="IOException">The file cannot be written. The message names the path and the reason.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Create(path);
        try
        {
            write(file.Stream);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(path, e);
        }
        file.Commit();
    }

    /// <summary>Flushes the temporary file to the disk and renames it.</summary>
    /// <exception cref="IOException">The file cannot be written. The message names the path and the reason.</exception>
    public void Commit()
    {
        try
        {
            // Writers such as StreamWriter may have closed the stream, so a new handle flushes the file.
            _stream.Dispose();
            using (SafeFileHandle handle = File.OpenHandle(_temporary, access: FileAccess.Write))
            {
                RandomAccess.FlushToDisk(handle);
            }
            File.Move(_temporary, _path, overwrite: true);
            _committed = true;
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(_path, e);
        }
    }

    /// <summary>Removes the temporary file, unless it was committed.</summary>
    public void Dispose()
    {
        if (_committed) return;
        try
        {
            _stream.Dispose();
        }
        catch (Exception e) when (IsWriteError(e))
        {
            // A full disk fails again when the buffer is flushed; the file is removed in any case.
        }
        File.Delete(_temporary);
    }

    /// <summary>Indicates whether an exception reports that a file could not be written.</summary>
    /// <remarks>
    /// .NET reports EFBIG, a file beyond the size limit, as an <see cref="ArgumentOutOfRangeException"/>.
    /// </remarks>
    public static bool IsWriteError(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Returns an exception that says in one sentence which file could not be written and why.</summary>
    /// <param name="path">The path that the user gave.</param>
    /// <param name="e">An exception for which <see cref="IsWriteError"/> returns <see langword="true"/>.</param>
    public static IOException Error(string path, Exception e) => new($"'{path}' cannot be written: {Reason(e)}", e);

    /// <summary>Returns the reason for a write error, without the name of a file.</summary>
    /// <param name="e">An exception for which <see cref="IsWriteError"/> returns <see langword="true"/>.</param>
    public static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission denied; choose another path.",
        DirectoryNotFoundException or FileNotFoundException =>
            "its folder does not exist or cannot hold files; choose another path.",
        IOException { HResult: DiskFullOnUnix or DiskFullOnWindows } =>
            "the disk is full; free some space or choose another path.",
        ArgumentOutOfRangeException => "it would exceed the size limit of its file system or of this process.",
        // The system's message ends with the path of the temporary file, which the user doesn't know.
        _ => $"{e.Message.Split(" : '")[0].TrimEnd('.')}; choose another path.",
    };
}
