using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using Spectre.Console;

namespace OnnxDigits.Training.Tests;

public class ProgressLineTests
{
    [Theory]
    [InlineData(0, "0:00 left")]
    [InlineData(59 * 60 + 59, "59:59 left")]
    [InlineData(3600, "1:00:00 left")]
    [InlineData(26 * 3600 + 43 * 60 + 12, "26:43:12 left")]
    public void OnStep_AnyTimeLeft_ShowsHoursIfNeeded(int seconds, string expected)
    {
        using var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(written),
        });
        console.Profile.Width = 200;
        TrainingProgress progress = new(1, 2, 5, 10, 2500, 0.5, 0.9, TimeSpan.FromSeconds(seconds) / 3);
        var line = new ProgressLine(console, new MinutesClock());
        line.OnStep(progress);
        Assert.EndsWith($"images/s, {expected}", written.ToString().TrimEnd(), StringComparison.Ordinal);

        // A narrow terminal shows the time left, but not the rate.
        console.Profile.Width = 80;
        written.GetStringBuilder().Clear();
        line.OnStep(progress with { Epoch = 10, Epochs = 30, Step = 1000, Steps = 1094, Images = 64_000 });
        Assert.InRange(written.ToString().TrimEnd().Length, 60, 79);
        Assert.EndsWith(" left", written.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>Advances by a minute at each reading, so that each call prints a line.</summary>
    private sealed class MinutesClock : TimeProvider
    {
        private long _readings;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 60 * _readings++;
    }
}
