using System.Text;
using Shared;

namespace OnnxDigits.Cli.Outputs;

/// <summary>
/// A file that appears whole or not at all: written beside under another name, then renamed. A device or a pipe that a
/// path names is written to as it is, for a rename would put a file in its place.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream? _special;
    private bool _committed;

    public OutputFile(string path)
    {
        _path = Path.GetFullPath(path);
        if (Directory.Exists(_path))
            throw new OutputException($"'{path}' is a folder: give --output the name of a file.");
        _special = OpenSpecial(_path);
        _temporary = Path.Combine(
            Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Environment.ProcessId}.tmp");
        Writer = Guard(() => new StreamWriter(
            _special ?? new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.Read),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
    }

    public StreamWriter Writer { get; }

    /// <summary>Gives the file its name.</summary>
    public void Commit()
    {
        Guard(() =>
        {
            Writer.Dispose();
            if (_special is null)
                File.Move(_temporary, _path, overwrite: true);
            return true;
        });
        _committed = true;
    }

    public void Dispose()
    {
        if (_committed)
            return;
        // A full disk fails again when the rest of the buffer is flushed; the file goes away in any case.
        try
        {
            Writer.Dispose();
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            try
            {
                Writer.BaseStream.Dispose();
            }
            catch (Exception again) when (AtomicFile.IsWriteError(again))
            {
                // The stream's own buffer fails as the writer's did.
            }
        }
        if (_special is null)
            File.Delete(_temporary);
    }

    // Neither has a length. Opened for both reading and writing, a pipe waits for nobody, and cannot seek.
    private FileStream? OpenSpecial(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return null;
        // /dev/stdout is a link to something without a name; files in shared memory are files like others.
        if (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
            return Guard(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        try
        {
            var target = (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            if (target.Length > 0)
                return null;
            var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (!stream.CanSeek)
                return stream;
            stream.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be opened is no pipe that can be written to; the rename says what is wrong with it.
            return null;
        }
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is NotSupportedException || AtomicFile.IsWriteError(e))
        {
            throw new OutputException($"'{_path}' cannot be written: {Reason(e)}", e);
        }
    }

    // The system's own sentence would name the temporary file.
    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission is denied; give --output another place.",
        DirectoryNotFoundException or FileNotFoundException => "its folder is not there or takes no files; give --output another place.",
        _ => AtomicFile.Reason(e),
    };
}
