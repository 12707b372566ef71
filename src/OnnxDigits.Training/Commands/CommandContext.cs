using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Pictures;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>Holds the arguments, consoles and services that a command uses, so that tests can replace them.</summary>
/// <param name="Arguments">The arguments of the command line.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Error">The standard error.</param>
/// <param name="Stop">The signals that stop the command.</param>
internal sealed record CommandContext(
    IReadOnlyList<string> Arguments, IAnsiConsole Output, IAnsiConsole Error, StopSignal Stop)
{
    // Lines in files and pipes are not wrapped.
    private const int UnwrappedWidth = 1000;

    /// <summary>
    /// Gets the console for text: the standard output, or the standard error if events go to the standard output.
    /// </summary>
    public IAnsiConsole Console => Events is null ? Output : Error;

    /// <summary>Gets the events on the standard output, or <c>null</c> if the command writes text there.</summary>
    public RunEvents? Events { get; private set; }

    /// <summary>Gets the clock. The default is the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets the function that finds, downloads or draws the digits.</summary>
    public Func<DigitDataOptions, CancellationToken, DigitDataSet> OpenDataSource { get; init; } =
        (options, cancellation) => DigitDataSource.OpenAsync(options, cancellation).GetAwaiter().GetResult();

    /// <summary>Returns the context of this process.</summary>
    public static CommandContext ForProcess(string[] arguments, StopSignal stop)
    {
        IAnsiConsole error = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });
        foreach (IAnsiConsole console in (IAnsiConsole[])[AnsiConsole.Console, error])
        {
            if (!console.Profile.Out.IsTerminal) console.Profile.Width = UnwrappedWidth;
        }

        return new CommandContext(arguments, AnsiConsole.Console, error, stop);
    }

    /// <summary>
    /// Opens a data set. Reports downloads, skipped pictures, and the reason if generated digits replace MNIST.
    /// </summary>
    /// <exception cref="DigitDataException">The data set cannot be read.</exception>
    public DigitDataSet OpenData(DigitDataOptions options)
    {
        if (options.Data is { } folder and not (DigitDataSet.Mnist or DigitDataSet.Generated))
        {
            if (DigitFolder.IsAt(folder)) return DigitFolder.Open(folder, Warn);
            if (!Directory.Exists(folder)) throw new DigitDataException($"The data folder '{folder}' doesn't exist.");
            if (!Directory.EnumerateFiles(folder, "*-ubyte*").Any())
            {
                throw new DigitDataException(
                    $"The data folder '{folder}' has neither folders named 0 to 9 nor MNIST's four IDX files.");
            }
        }

        DigitDataSet data = OpenDataSource(options with { Progress = new DownloadLine(Error) }, Stop.Stopped);
        if (data.Notice is { } notice) Error.MarkupLineInterpolated($"[bold]{notice}[/]");
        return data;
    }

    /// <summary>Opens the images of <c>--data</c>, together with MNIST if <c>--with-mnist</c> is given.</summary>
    /// <exception cref="DigitDataException">The data set cannot be read.</exception>
    public DigitDataSet OpenData(string? data, bool withMnist)
    {
        DigitDataSet digits = OpenData(new DigitDataOptions { Data = data });
        return withMnist ? digits.Append(OpenData(new DigitDataOptions { Data = DigitDataSet.Mnist })) : digits;
    }

    /// <summary>Creates a network with fresh weights.</summary>
    /// <exception cref="CommandException">The layers of your own network don't fit together.</exception>
    public static SequentialModel CreateNetwork(string name, long seed, double? dropout)
    {
        try
        {
            return DigitNetworks.Create(name, seed, dropout);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new CommandException($"The network '{name}' cannot be built: {e.Message}", innerException: e);
        }
    }

    /// <summary>Writes events to the standard output from now on, and text to the standard error.</summary>
    public void WriteEvents() => Events = new RunEvents(Output.Profile.Out.Writer);

    /// <summary>Writes a warning.</summary>
    public void Warn(string message) => Error.MarkupLineInterpolated($"[yellow]warning:[/] {message}");

    /// <summary>Writes an error and returns its exit code.</summary>
    public int Fail(int code, string message)
    {
        Error.MarkupLineInterpolated($"[red]error:[/] {message}");
        Events?.Failed(code, message);
        return code;
    }

    /// <summary>Writes a line at the start of each download and after each quarter of the file.</summary>
    private sealed class DownloadLine(IAnsiConsole console) : IProgress<DigitDownloadProgress>
    {
        private (string File, long Quarter) _shown = ("", -1);

        public void Report(DigitDownloadProgress value)
        {
            long quarter = value.Total is > 0 ? 4 * value.Received / value.Total.Value : 0;
            if (_shown == (value.File, quarter)) return;

            _shown = (value.File, quarter);
            string total = value.Total is long bytes ? FormattableString.Invariant($" of {bytes:N0}") : "";
            console.WriteLine(FormattableString.Invariant(
                $"downloading {value.File} from {value.Mirror.Host}: {value.Received:N0}{total} bytes"));
        }
    }
}
