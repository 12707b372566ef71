namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents a folder for several files, each of which appears when it is complete.</summary>
internal sealed class OutputFolder
{
    /// <summary>The name of the file that marks folders of this program.</summary>
    public const string Marker = ".infer";

    private readonly string _option;

    /// <param name="path">The path of the folder. It is created if it doesn't exist.</param>
    /// <param name="option">The name of the option in error messages.</param>
    /// <exception cref="CommandException">The folder cannot be created.</exception>
    public OutputFolder(string path, string option)
    {
        Path = path;
        _option = option;
        Guard(option, () => Create(path));
        Write(Marker, stream => stream.Write("infer wrote this folder and may replace its files.\n"u8));
    }

    /// <summary>Gets the path of the folder.</summary>
    public string Path { get; }

    /// <summary>Refuses a folder with files, unless this program created it.</summary>
    /// <exception cref="CommandException">The folder has files of the user.</exception>
    public static void Check(string path, string option) => Guard(option, () =>
    {
        if (!Directory.Exists(path) || File.Exists(System.IO.Path.Combine(path, Marker))) return;
        if (Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new IOException(
                $"'{path}' is not empty, and infer did not make it. Choose another folder, or give --force.");
        }
    });

    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void Write(string name, Action<Stream> write) =>
        Guard(_option, () => AtomicFile.Write(System.IO.Path.Combine(Path, name), write));

    /// <summary>Removes a file of an earlier run, if there is one.</summary>
    /// <exception cref="CommandException">The file cannot be removed.</exception>
    public void Delete(string name) => Guard(_option, () => File.Delete(System.IO.Path.Combine(Path, name)));

    private static void Create(string path)
    {
        if (File.Exists(path)) throw new IOException($"'{path}' is a file. Choose the path of a folder.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw AtomicFile.Error(path, e);
        }
    }

    private static void Guard(string option, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{option}: {e.Message}", ExitCode.Output, e);
        }
    }
}
