using System.Globalization;
using OnnxDigits.Training.Loop;
using Spectre.Console;

namespace OnnxDigits.Training.Commands;

/// <summary>
/// Training progress as one line: redrawn in place on a terminal, else a plain line every few seconds.
/// </summary>
internal sealed class ProgressLine(IAnsiConsole console, TimeProvider clock) : ITrainingObserver
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PrintEvery = TimeSpan.FromSeconds(10);
    private readonly bool _live = console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;
    private long _lastShown = clock.GetTimestamp();

    public void OnProgress(TrainingProgress progress)
    {
        bool due = clock.GetElapsedTime(_lastShown) >= (_live ? RedrawEvery : PrintEvery);
        if (!due) return;

        _lastShown = clock.GetTimestamp();
        if (_live) console.Write(new ControlCode("\r\u001b[2K" + Format(progress)));
        else console.WriteLine(Format(progress));
    }

    public void OnEpoch(IReadOnlyList<EpochMetrics> epochs)
    {
        EpochMetrics metrics = epochs[^1];
        if (_live) console.Write(new ControlCode("\r\u001b[2K"));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"epoch {metrics.Epoch}: loss {metrics.Loss:F4}, accuracy {metrics.Accuracy:F4}{Validation(metrics)}, {metrics.Seconds:F1} s"));
    }

    private static string Validation(EpochMetrics metrics) => double.IsNaN(metrics.ValidationAccuracy) ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $", validation loss {metrics.ValidationLoss:F4}, validation accuracy {metrics.ValidationAccuracy:F4}");

    private static string Format(TrainingProgress p) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {p.Epoch}/{p.Epochs}, step {p.Step}/{p.Steps}, loss {p.Loss:F4}, accuracy {p.Accuracy:F4}, {p.ImagesPerSecond:F0} images/s, {Left(p.TimeLeft)} left");

    private static string Left(TimeSpan time) => time.TotalHours < 1
        ? time.ToString("m\\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");
}
