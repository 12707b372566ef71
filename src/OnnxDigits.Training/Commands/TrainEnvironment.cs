using OnnxDigits.Data;
using Shared;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>What the command takes from the outside: its arguments, the consoles, the clock and the data.</summary>
internal sealed record TrainEnvironment(IReadOnlyList<string> Arguments, IAnsiConsole Console, IAnsiConsole Error)
{
    // Wrapped lines help nobody in a file or a pipe.
    private const int UnwrappedWidth = 1000;

    public StopSignal Stop { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Opens the data that <c>--data</c> names; a download ends when it is cancelled.</summary>
    public Func<string?, CancellationToken, DigitDataSet> OpenData { get; init; } = (data, cancellation) =>
        DigitDataSource.OpenAsync(new DigitDataOptions { Data = data, Progress = new DownloadLine(Console) }, cancellation)
            .GetAwaiter().GetResult();

    /// <summary>Says something in one line that does not end the run.</summary>
    public void Warn(string sentence) => Error.MarkupLineInterpolated($"[yellow]warning:[/] {sentence}");

    public static TrainEnvironment ForProcess(string[] arguments)
    {
        IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });
        foreach (IAnsiConsole console in (IAnsiConsole[])[AnsiConsole.Console, error])
        {
            if (!console.Profile.Out.IsTerminal) console.Profile.Width = UnwrappedWidth;
        }

        return new TrainEnvironment(arguments, AnsiConsole.Console, error);
    }
}
