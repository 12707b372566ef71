using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OnnxDigits.Cli;

/// <summary>Represents the standard streams of the command.</summary>
internal sealed class InferConsole(TextWriter output, TextWriter error) : IDisposable
{
    /// <summary>Gets the writer of the results.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Gets the writer of messages, summaries and progress.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Gets the stream of a piped image or list of paths.</summary>
    public Stream Input { get; init; } = Stream.Null;

    public bool InputIsTerminal { get; init; }

    public bool InputIsClosed { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool UsesColor { get; init; }

    public static InferConsole OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        bool outputIsTerminal = !Console.IsOutputRedirected;
        return new(
            new StreamWriter(OpenStandardOutput(), utf8, bufferSize: 1 << 16) { AutoFlush = outputIsTerminal },
            new StreamWriter(InheritedStreams.OpenError(), utf8) { AutoFlush = true })
        {
            Input = Console.OpenStandardInput(),
            InputIsTerminal = !Console.IsInputRedirected,
            InputIsClosed = InheritedStreams.IsClosed(InheritedStreams.Input),
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            UsesColor = outputIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    // The console's stream ignores a closed pipe, so pipes need a FileStream. A FileStream doesn't move the file
    // position that is shared with other processes, so files need the console's stream.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    public void Dispose()
    {
        Input.Dispose();
        try
        {
            Output.Dispose();
        }
        catch (IOException)
        {
            // The failure was reported when the output was flushed.
        }
        Error.Dispose();
    }
}
