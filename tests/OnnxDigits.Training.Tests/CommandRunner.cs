using OnnxDigits.Data;
using OnnxDigits.Training.Commands;
using Spectre.Console;

namespace OnnxDigits.Training.Tests;

/// <summary>Runs the training program in this process, on small data and with a temporary folder.</summary>
internal sealed class CommandRunner : IDisposable
{
    /// <summary>The files of a finished run of the dense network, in order.</summary>
    public static IReadOnlyList<string> FilesOfADenseRun { get; } =
    [
        "confusion-dark.png", "confusion.csv", "confusion.png", "dense.onnx", "events.out.tfevents.run",
        "learning-dark.png", "learning.png", "metrics.csv", "mistakes-dark.png", "mistakes.csv", "mistakes.png", "report.json", "weights.dat",
    ];

    public string Folder { get; } = Directory.CreateTempSubdirectory("train").FullName;

    /// <summary>The standard output and error of all runs.</summary>
    public StringWriter Output { get; } = new();

    /// <summary>The standard error, or null to write it to <see cref="Output"/>.</summary>
    public StringWriter? Error { get; init; }

    /// <summary>The width of the console in characters.</summary>
    public int Width { get; set; } = 400;

    public Func<string?, DigitDataSet> OpenData { get; set; } = _ => SmallDigits.Open();

    public int Run(params string[] arguments) => Run(TimeProvider.System, arguments);

    public int Run(TimeProvider clock, params string[] arguments)
    {
        using var stop = new StopSignal();
        return Run(clock, stop, arguments);
    }

    public int Run(TimeProvider clock, StopSignal stop, params string[] arguments)
    {
        IAnsiConsole console = ConsoleOf(Output);
        IAnsiConsole error = Error is null ? console : ConsoleOf(Error);
        return CommandLine.Run(new CommandContext(arguments, console, error, stop)
        {
            Clock = clock,
            OpenDataSource = (options, _) => OpenData(options.Data),
        });
    }

    private IAnsiConsole ConsoleOf(StringWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = Width;
        return console;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
