using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnnxDigits.Cli.Commands;

/// <summary>Shows a progress bar with the throughput and the remaining time on the error stream.</summary>
internal static class Progress
{
    /// <param name="console">The streams of the command.</param>
    /// <param name="isShown">Indicates whether the progress bar is shown.</param>
    /// <param name="total">The number of images, or <c>null</c> for a list that is still being read.</param>
    /// <param name="work">The work. It calls its argument after each image.</param>
    public static void Run(InferConsole console, bool isShown, int? total, Action<Action> work)
    {
        // Show is a separate method, so that Spectre.Console is loaded only if it's needed.
        if (isShown)
        {
            Show(console, total, work);
        }
        else
        {
            work(() => { });
        }
    }

    private static void Show(InferConsole console, int? total, Action<Action> work)
    {
        // Spectre.Console can't detect that a custom writer is a terminal.
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Error),
            Interactive = InteractionSupport.Yes,
        });
        ansi.Progress()
            .AutoClear(true)
            .Columns(total is null
                ? [new SpinnerColumn(), new RateColumn(), new ElapsedTimeColumn()]
                : [
                    new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(),
                    new RemainingTimeColumn(),
                ])
            .Start(context =>
            {
                var task = context.AddTask("images", maxValue: total ?? double.MaxValue);
                work(() => task.Increment(1));
            });
    }

    private sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(
            string.Create(CultureInfo.InvariantCulture, $"{task.Value:0} images, {task.Speed ?? 0:0}/s"));
    }
}
