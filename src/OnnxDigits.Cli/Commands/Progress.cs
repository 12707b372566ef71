using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OnnxDigits.Cli.Commands;

/// <summary>
/// A progress bar with rate and time left on the error stream, where someone is looking; a list that is still being read
/// has neither end nor time left.
/// </summary>
internal static class Progress
{
    // Two methods, for a run without progress need not load what draws it.
    public static void Run(InferConsole console, bool shown, int? total, Action<Action> work)
    {
        if (shown)
            Show(console, total, work);
        else
            work(() => { });
    }

    private static void Show(InferConsole console, int? total, Action<Action> work)
    {
        // That it is a terminal was found out before; of a writer of one's own Spectre.Console takes it for none.
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error), Interactive = InteractionSupport.Yes });
        ansi.Progress()
            .AutoClear(true)
            .Columns(total is null
                ? [new SpinnerColumn(), new RateColumn(), new ElapsedTimeColumn()]
                : [new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(), new RemainingTimeColumn()])
            .Start(context =>
            {
                var task = context.AddTask("images", maxValue: total ?? double.MaxValue);
                work(() => task.Increment(1));
            });
    }

    private sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(string.Create(
            CultureInfo.InvariantCulture, $"{task.Value:0} images, {task.Speed ?? 0:0}/s"));
    }
}
