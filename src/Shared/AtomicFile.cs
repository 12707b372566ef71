using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Shared;

/// <summary>
/// Writes a file atomically: the path holds either the complete new content or its previous content. The content goes
/// to a temporary file in the same folder. <see cref="Commit"/> flushes the temporary file to the disk and renames it.
/// Without a commit, disposing removes it.
/// </summary>
/// <remarks>
/// A symbolic link stays, and its target is replaced. The new file has the permissions of the replaced file.
/// </remarks>
internal sealed partial class AtomicFile : IDisposable
{
    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    private readonly string _path;
    private readonly string _target;
    private readonly string _temporary;
    private readonly UnixFileMode? _mode;
    private readonly FileStream _stream;

    private AtomicFile(string path, string target)
    {
        _path = path;
        _target = target;
        _temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            _mode = File.GetUnixFileMode(target);
            // Users who can't read the finished file must not be able to read the temporary file.
            options.UnixCreateMode = _mode | UnixFileMode.UserWrite;
        }
        _stream = new FileStream(_temporary, options);
    }

    /// <summary>Gets the stream that receives the content.</summary>
    public Stream Stream => _stream;

    /// <summary>Creates the temporary file.</summary>
    /// <param name="path">The path under which the file appears. An existing file is replaced.</param>
    /// <exception cref="IOException">The file cannot be created. The message names the path and the reason.</exception>
    public static AtomicFile Create(string path)
    {
        string? reason;
        try
        {
            string target = TargetOf(path);
            reason = Refusal(path, target);
            if (reason is null) return new AtomicFile(path, target);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(path, e);
        }
        throw new IOException($"'{path}' cannot be written: {reason}");
    }

    /// <summary>Returns the full path of a file, or of the file to which a symbolic link leads.</summary>
    /// <exception cref="IOException">The links form a loop.</exception>
    public static string TargetOf(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The path under which the file appears. An existing file is replaced.</param>
    /// <param name="write">Writes the content to a stream. If it throws, an existing file stays as it is.</param>
    /// <exception cref="IOException">The file cannot be written. The message names the path and the reason.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Create(path);
        file.Write(write);
        file.Commit();
    }

    /// <summary>Writes to the temporary file.</summary>
    /// <exception cref="IOException">The file cannot be written. The message names the path and the reason.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            write(_stream);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(_path, e);
        }
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
                // Some file systems can't change permissions. On these, both files already have the same permissions.
                if (!OperatingSystem.IsWindows() && _mode is { } mode && File.GetUnixFileMode(handle) != mode)
                {
                    File.SetUnixFileMode(handle, mode);
                }
                RandomAccess.FlushToDisk(handle);
            }
            File.Move(_temporary, _target, overwrite: true);
            FlushFolder(Path.GetDirectoryName(_target)!);
        }
        catch (Exception e) when (IsWriteError(e))
        {
            throw Error(_path, e);
        }
    }

    /// <summary>Removes the temporary file, unless it was committed.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception e) when (IsWriteError(e))
        {
            // A full disk fails again when the buffer is flushed; the file is removed in any case.
        }
        // Throws if the folder is gone.
        if (File.Exists(_temporary)) File.Delete(_temporary);
    }

    /// <summary>Indicates whether an exception reports that a file could not be written.</summary>
    /// <remarks>
    /// .NET reports EFBIG, a file beyond the size limit, as an <see cref="ArgumentOutOfRangeException"/>.
    /// </remarks>
    public static bool IsWriteError(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Returns an exception whose message names the file and the reason in one sentence.</summary>
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

    private static string? Refusal(string path, string target)
    {
        // A rename would replace the device itself. In /dev, even links to regular files are left alone.
        string full = Path.GetFullPath(path);
        bool isInDev = full.StartsWith("/dev/", StringComparison.Ordinal)
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
        if (isInDev || FileIdentity.IsSpecial(path))
        {
            return "it is a device, pipe or socket; choose the path of a file.";
        }
        if (Directory.Exists(target)) return "it is a folder; choose the path of a file.";
        return File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly)
            ? "it is read-only; choose another path."
            : null;
    }

    // After a power failure, a rename may be lost unless the folder was flushed. .NET can't open folders. Some file
    // systems can't flush them, so errors are ignored.
    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = OpenToRead(path, flags: 0);
        if (descriptor < 0) return;
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenToRead(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
