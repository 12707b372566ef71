using System.Globalization;
using OnnxDigits.Training.Networks;
using Spectre.Console;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Prints a line for each epoch. On a terminal, the line of the current epoch shows the progress.</summary>
public sealed class ProgressLine : Callback
{
    private const int BarWidth = 20;
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _clock;
    private readonly bool _live;
    private long _lastShown;
    private int _epochs;

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
        _epochs = progress.Epochs;
        if (_clock.GetElapsedTime(_lastShown) < RedrawEvery || !_live) return;

        _lastShown = _clock.GetTimestamp();
        Clear(_console);
        _console.Write(new ControlCode(Format(progress, _console.Profile.Width)));
    }

    /// <inheritdoc/>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
        EpochMetrics last = epochs[^1];
        string figures = string.Join(
            ", ", last.Figures().Select(figure => FormattableString.Invariant($"{figure.Key} {figure.Value:F4}")));
        Clear(_console);
        _console.WriteLine(
            FormattableString.Invariant($"epoch {last.Epoch}/{_epochs}: {figures}, {last.Seconds:F1} s"));
    }

    /// <summary>Removes the line that is redrawn in place, so that other text can follow.</summary>
    internal static void Clear(IAnsiConsole console)
    {
        if (IsLive(console)) console.Write(new ControlCode("\r\u001b[2K"));
    }

    private static bool IsLive(IAnsiConsole console) =>
        console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    // A line that wraps cannot be redrawn in place, so narrow terminals show neither the bar nor the rate.
    private static string Format(TrainingProgress p, int width)
    {
        string start = FormattableString.Invariant($"epoch {p.Epoch}/{p.Epochs} ");
        string figures = FormattableString.Invariant(
            $"{p.Step}/{p.Steps}, loss {p.Loss:F4}, accuracy {p.Accuracy:F4}");
        string rate = FormattableString.Invariant($", {p.ImagesPerSecond:F0} images/s");
        string left = $", {Left(p.TimeLeft)} left";
        string[] lines = [$"{start}{Bar(p)} {figures}{rate}{left}", start + figures + rate + left];
        return lines.FirstOrDefault(line => line.Length < width) ?? start + figures + left;
    }

    private static string Bar(TrainingProgress p)
    {
        int done = BarWidth * p.Step / p.Steps;
        return $"[{new string('=', done)}{new string('.', BarWidth - done)}]";
    }

    private static string Left(TimeSpan time) => time.TotalHours < 1
        ? time.ToString("m\\:ss", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{(long)time.TotalHours}:{time:mm\\:ss}");
}
