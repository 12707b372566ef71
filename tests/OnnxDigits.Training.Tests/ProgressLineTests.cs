using System.Text;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;
using Spectre.Console;

namespace OnnxDigits.Training.Tests;

public sealed class ProgressLineTests : IDisposable
{
    private static readonly TrainingProgress Progress =
        new(1, 2, 5, 10, 2500, 0.5, 0.9, TimeSpan.FromSeconds(5));

    private readonly StringWriter _written = new();
    private readonly SequentialModel _model = new(1);

    public void Dispose()
    {
        _written.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData(0, "0:00 left")]
    [InlineData(59 * 60 + 59, "59:59 left")]
    [InlineData(3600, "1:00:00 left")]
    [InlineData(26 * 3600 + 43 * 60 + 12, "26:43:12 left")]
    public void OnStep_AnyTimeLeft_ShowsHoursIfNeeded(int seconds, string expected)
    {
        Create(width: 200, isTerminal: true).OnStep(Progress with { Elapsed = TimeSpan.FromSeconds(seconds) / 3 });
        Assert.StartsWith(
            "epoch 1/2 [==========..........] 5/10, loss 0.5000, accuracy 0.9000, ", Text, StringComparison.Ordinal);
        Assert.EndsWith($" images/s, {expected}", Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, "epoch 10/30 1000/1094, loss 0.5000, accuracy 0.9000, 12800 images/s, 1:49 left")]
    [InlineData(70, "epoch 10/30 1000/1094, loss 0.5000, accuracy 0.9000, 1:49 left")]
    public void OnStep_NarrowTerminal_LeavesOutTheBarAndThenTheRate(int width, string expected)
    {
        Create(width, isTerminal: true).OnStep(
            Progress with { Epoch = 10, Epochs = 30, Step = 1000, Steps = 1094, Images = 64_000 });
        Assert.Equal(expected, Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OnEpoch_AnyOutput_ReplacesTheProgressByOneLine(bool isTerminal)
    {
        ProgressLine line = Create(width: 200, isTerminal);
        line.OnStep(Progress);
        line.OnEpoch(_model, [new EpochMetrics(1, 0.5, 0.9, 0.25, 0.95, 2.5)]);
        const string Expected =
            "epoch 1/2: loss 0.5000, accuracy 0.9000, val_loss 0.2500, val_accuracy 0.9500, 2.5 s\n";
        if (isTerminal) Assert.EndsWith($"left\r\u001b[2K{Expected}", _written.ToString(), StringComparison.Ordinal);
        else Assert.Equal(Expected, _written.ToString());
    }

    // The text after the sequence that clears the line.
    private string Text => _written.ToString().Split("\u001b[2K")[^1];

    private ProgressLine Create(int width, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new Terminal(_written, width, isTerminal),
        });
        return new ProgressLine(console, new MinutesClock());
    }

    private sealed record Terminal(TextWriter Writer, int Width, bool IsTerminal) : IAnsiConsoleOutput
    {
        public int Height => 25;

        public void SetEncoding(Encoding encoding)
        {
        }
    }

    /// <summary>Advances by a minute at each reading, so that each call draws a line.</summary>
    private sealed class MinutesClock : TimeProvider
    {
        private long _readings;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 60 * _readings++;
    }
}
