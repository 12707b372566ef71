using Shared;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents a folder for several files, each of which appears when it is complete.</summary>
internal sealed class OutputFolder
{
    private readonly string _option;

    /// <param name="path">The path of the folder. It is created if it doesn't exist.</param>
    /// <param name="option">The name of the option in error messages.</param>
    /// <exception cref="CommandException">The folder cannot be created.</exception>
    public OutputFolder(string path, string option)
    {
        Path = System.IO.Path.GetFullPath(path);
        _option = option;
        Guard(() => Directory.CreateDirectory(path));
    }

    /// <summary>Gets the full path of the folder.</summary>
    public string Path { get; }

    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void Write(string name, Action<Stream> write) =>
        Guard(() => AtomicFile.Write(System.IO.Path.Combine(Path, name), write));

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{_option}: {e.Message}", ExitCode.Output, e);
        }
    }
}
