using System.Globalization;
using OnnxDigits.Training.Networks;
using Spectre.Console;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>
/// Prints the figures of each epoch, and the progress: one line redrawn in place on a terminal, otherwise a line every
/// ten seconds.
/// </summary>
public sealed class ProgressLine : Callback
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PrintEvery = TimeSpan.FromSeconds(10);
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly bool _live;
    private long _lastShown;

    /// <summary>Initializes a callback that prints to the standard output.</summary>
    public ProgressLine()
        : this(AnsiConsole.Console, TimeProvider.System)
    {
    }

    internal ProgressLine(IAnsiConsole console, TimeProvider clock)
    {
        _console = console;
        _clock = clock;
        _live = IsLive(console);
        _lastShown = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingProgress progress)
    {
        if (_clock.GetElapsedTime(_lastShown) < (_live ? RedrawEvery : PrintEvery)) return;

        _lastShown = _clock.GetTimestamp();
        Clear(_console);
        string text = Format(progress, _console.Profile.Width);
        if (_live) _console.Write(new ControlCode(text));
        else _console.WriteLine(text);
    }

    /// <inheritdoc/>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
        EpochMetrics last = epochs[^1];
        string validation = last.ValidationAccuracy is null ? "" : FormattableString.Invariant(
            $", validation loss {last.ValidationLoss:F4}, validation accuracy {last.ValidationAccuracy:F4}");
        Clear(_console);
        _console.WriteLine(FormattableString.Invariant(
            $"epoch {last.Epoch}: loss {last.Loss:F4}, accuracy {last.Accuracy:F4}{validation}, {last.Seconds:F1} s"));
    }

    /// <summary>Removes the line that is redrawn in place, so that other text can follow.</summary>
    internal static void Clear(IAnsiConsole console)
    {
        if (IsLive(console)) console.Write(new ControlCode("\r\u001b[2K"));
    }

    private static bool IsLive(IAnsiConsole console) =>
        console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    // A line that wraps cannot be redrawn in place, so the rate is left out on narrow terminals.
    private static string Format(TrainingProgress p, int width)
    {
        string done = FormattableString.Invariant(
            $"epoch {p.Epoch}/{p.Epochs}, step {p.Step}/{p.Steps}, loss {p.Loss:F4}, accuracy {p.Accuracy:F4}");
        string rate = FormattableString.Invariant($", {p.ImagesPerSecond:F0} images/s");
        string left = $", {Left(p.TimeLeft)} left";
        return done + (done.Length + rate.Length + left.Length < width ? rate : "") + left;
    }

    private static string Left(TimeSpan time) => time.TotalHours < 1
        ? time.ToString("m\\:ss", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{(long)time.TotalHours}:{time:mm\\:ss}");
}
