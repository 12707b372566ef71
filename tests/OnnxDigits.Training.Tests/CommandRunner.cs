using OnnxDigits.Data;
using OnnxDigits.Training.Internals;
using Spectre.Console;

namespace OnnxDigits.Training.Tests;

/// <summary>Runs the training command in this process, on small data and with a folder of its own.</summary>
internal sealed class CommandRunner : IDisposable
{
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
