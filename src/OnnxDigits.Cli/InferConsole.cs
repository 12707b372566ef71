using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OnnxDigits.Cli;

/// <summary>Where results and messages go, and what kind of place each is.</summary>
internal sealed class InferConsole(TextWriter output, TextWriter error) : IDisposable
{
    /// <summary>Results.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Messages, summaries and progress.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Where a piped image or list comes from.</summary>
    public Stream Input { get; init; } = Stream.Null;

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool UsesColor { get; init; }

    public static InferConsole OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        bool outputIsTerminal = !Console.IsOutputRedirected;
        return new(
            new StreamWriter(OpenStandardOutput(), utf8, bufferSize: 1 << 16) { AutoFlush = outputIsTerminal },
            new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true })
        {
            Input = Console.OpenStandardInput(),
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            UsesColor = outputIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    // The console's own stream takes it for success when nobody reads a pipe any more. A file needs that stream: it alone
    // moves the position that the next program writes at.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
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
            // What is left in the buffer fails again after it has failed and was reported.
        }
        Error.Dispose();
    }
}
