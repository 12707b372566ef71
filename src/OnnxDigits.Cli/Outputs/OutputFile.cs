using System.Text;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Represents the file of <c>--output</c>, which appears when it is complete.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly AtomicFile _file;

    private OutputFile(AtomicFile file)
    {
        _file = file;
        Writer = new StreamWriter(file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    public StreamWriter Writer { get; }

    /// <exception cref="CommandException">The file cannot be created.</exception>
    public static OutputFile Create(string path)
    {
        try
        {
            return new(AtomicFile.Create(path));
        }
        catch (IOException e)
        {
            throw new CommandException(e.Message, ExitCode.Output, e);
        }
    }

    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void Commit()
    {
        Writer.Flush();
        try
        {
            _file.Commit();
        }
        catch (IOException e)
        {
            throw new CommandException(e.Message, ExitCode.Output, e);
        }
    }

    // The writer isn't disposed: it would flush its buffer to a disk that may be full.
    public void Dispose() => _file.Dispose();
}
