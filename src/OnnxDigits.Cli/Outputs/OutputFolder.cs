using Shared;

namespace OnnxDigits.Cli.Outputs;

/// <summary>A folder that an option names, made where it is not there; each file appears whole or not at all.</summary>
internal sealed class OutputFolder
{
    private readonly string _path;
    private readonly string _option;

    /// <exception cref="OutputException">There can be no such folder.</exception>
    public OutputFolder(string path, string option)
    {
        (_path, _option) = (path, option);
        Guard(() => Directory.CreateDirectory(path));
    }

    public void Write(string name, Action<Stream> write) => Guard(() => AtomicFile.Write(Path.Combine(_path, name), write));

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{_option} '{_path}': {e.Message}", e);
        }
    }
}
