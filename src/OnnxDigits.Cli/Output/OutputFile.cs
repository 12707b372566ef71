using System.Text;

namespace OnnxDigits.Cli.Output;

/// <summary>A file that appears whole or not at all: written beside under another name, then renamed.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _committed;

    public OutputFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = Path.Combine(
            Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Environment.ProcessId}.tmp");
        if (Directory.Exists(_path))
            throw new OutputException($"'{path}' is a folder: give --output the name of a file.");
        Writer = Guard(() => new StreamWriter(
            new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.Read),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
    }

    public StreamWriter Writer { get; }

    /// <summary>Gives the file its name.</summary>
    public void Commit()
    {
        Guard(() =>
        {
            Writer.Dispose();
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
        catch (IOException)
        {
            Writer.BaseStream.Dispose();
        }
        File.Delete(_temporary);
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OutputException($"'{_path}' cannot be written: {Reason(e)}", e);
        }
    }

    // The system's own sentence would name the temporary file.
    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission is denied; give --output another place.",
        DirectoryNotFoundException or FileNotFoundException => "its folder is not there or takes no files; give --output another place.",
        _ => e.Message,
    };
}
