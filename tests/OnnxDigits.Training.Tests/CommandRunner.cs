using OnnxDigits.Data;
using OnnxDigits.Training.Commands;
using Spectre.Console;

namespace OnnxDigits.Training.Tests;

/// <summary>Runs the training command in this process, on small data and with a folder of its own.</summary>
internal sealed class CommandRunner : IDisposable
{
    /// <summary>What a finished run of the dense network leaves, in order.</summary>
    public static IReadOnlyList<string> FilesOfADenseRun { get; } =
    [
        "arguments.json", "confusion-dark.png", "confusion.csv", "confusion.json", "confusion.png", "dense.onnx",
        "learning-dark.png", "learning.png", "metrics.csv", "metrics.json", "mistakes-dark.png", "mistakes.csv",
        "mistakes.json", "mistakes.png", "report.json", "weights.dat",
    ];

    public string Folder { get; } = Directory.CreateTempSubdirectory("train").FullName;

    /// <summary>What both consoles were told by all runs.</summary>
    public StringWriter Output { get; } = new();

    public Func<string?, DigitDataSet> OpenData { get; set; } = _ => SmallDigits.Open();

    public int Run(params string[] arguments) => Run(TimeProvider.System, arguments);

    public int Run(TimeProvider clock, params string[] arguments) => Run(clock, new StopSignal(), arguments);

    public int Run(TimeProvider clock, StopSignal stop, params string[] arguments)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Output),
        });
        console.Profile.Width = 400;
        return TrainProgram.Run(new TrainEnvironment(arguments, console, console)
        {
            Clock = clock,
            OpenData = (data, _) => OpenData(data),
            Stop = stop,
        });
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
