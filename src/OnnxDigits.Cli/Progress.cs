using Spectre.Console;

namespace OnnxDigits.Cli;

/// <summary>A progress bar with rate and time left on the error stream, where someone is looking.</summary>
internal static class Progress
{
    public static async Task RunAsync(InferConsole console, bool shown, int total, Func<Action, Task> work)
    {
        if (!shown)
        {
            await work(() => { });
            return;
        }
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) });
        await ansi.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("images", maxValue: total);
                await work(() => task.Increment(1));
            });
    }
}
