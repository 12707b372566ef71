using OnnxDigits.Data;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Tests.Runs;

namespace OnnxDigits.Training.Tests.Checkpoints;

public sealed class ResumeCommandTests : IDisposable
{
    private static readonly DigitDataSet Digits = DigitGenerator.CreateDataSet(1, 6000, 100);

    private static readonly Lazy<byte[]> Uninterrupted = new(() =>
    {
        using var command = new CommandRunner { OpenData = _ => Digits };
        Assert.Equal(0, command.Run(Arguments(command)));
        return Model(command);
    });

    private readonly CommandRunner _command = new() { OpenData = _ => Digits };

    private string Output => _command.Output.ToString();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Resume_AfterCtrlC_GivesTheSameModelToTheByte()
    {
        Assert.Equal(130, RunUntil(120, stop => stop.Interrupt()));
        string run = Directory.GetDirectories(_command.Folder).Single();
        Assert.Contains("Interrupted: the weights so far are exported", Output, StringComparison.Ordinal);
        RunReport report = RunReport.Read(run)!;
        Assert.True(report.Result!.Interrupted);
        // An epoch takes 9.5 s of the clock, and the steps after it count too.
        Assert.InRange(report.Seconds - report.Epochs.Sum(epoch => epoch.Seconds), 1, 9);
        Assert.Contains($"trained in {report.Seconds:F0} s.", Output, StringComparison.Ordinal);
        Assert.NotEqual(Uninterrupted.Value, Model(_command));

        Assert.Equal(0, _command.Run([.. Arguments(_command), "--resume"]));
        Assert.Contains($"Resuming {run} after epoch 1", Output, StringComparison.Ordinal);
        Assert.Equal(Uninterrupted.Value, Model(_command));
        Assert.Equal(
            CommandRunner.FilesOfADenseRun,
            Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);
        Assert.Equal([0, 1, 2], EventRecords.Read(Path.Combine(run, EventFile.Name)).Select(item => item.Step));
        report = RunReport.Read(run)!;
        Assert.Equal(report.Epochs.Sum(epoch => epoch.Seconds), report.Seconds);
    }

    [Fact]
    public void Resume_NothingThere_SaysSoAndTrainsFromTheBeginning()
    {
        Assert.Equal(0, _command.Run([.. Arguments(_command), "--resume"]));
        Assert.Contains("Nothing to resume: there is no run of dense with seed 1", Output, StringComparison.Ordinal);
        Assert.Equal(Uninterrupted.Value, Model(_command));
    }

    [Fact]
    public void Resume_AFinishedRun_UsesItAsItIs()
    {
        Assert.Equal(0, _command.Run(Arguments(_command)));
        string models = Path.Combine(_command.Folder, "models");
        Assert.Equal(0, _command.Run([.. Arguments(_command), "--resume", "--publish", models]));
        Assert.Contains("Already finished", Output, StringComparison.Ordinal);
        Assert.Equal(Uninterrupted.Value, File.ReadAllBytes(Path.Combine(models, "dense.onnx")));
        Assert.Equal(2, Directory.GetDirectories(_command.Folder).Length);
    }

    [Theory]
    [InlineData("epochs 2, now 3", "--epochs", "3")]
    [InlineData("batchSize 128, now 64", "--batch-size", "64")]
    [InlineData("threads 1, now 2", "--threads", "2")]
    public void Resume_WithOtherOptions_IsRefusedByName(string difference, string option, string value)
    {
        Assert.Equal(143, RunUntil(120, stop => stop.Terminate()));
        string[] arguments = [.. Arguments(_command), "--resume"];
        int place = Array.IndexOf(arguments, option);
        arguments = place < 0
            ? [.. arguments, option, value]
            : [.. arguments[..(place + 1)], value, .. arguments[(place + 2)..]];
        Assert.Equal(ExitCode.Resume, _command.Run(arguments));
        Assert.Contains($"belongs to another run: {difference}. ", Output, StringComparison.Ordinal);
        Assert.Contains("or train without --resume", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_OnOtherData_IsRefusedByName()
    {
        Assert.Equal(143, RunUntil(120, stop => stop.Terminate()));
        DigitDataSet other = DigitGenerator.CreateDataSet(2, 600, 100);
        _command.OpenData = _ => other;
        Assert.Equal(ExitCode.Resume, _command.Run([.. Arguments(_command), "--resume"]));
        Assert.Contains($"dataSetSha256 {Digits.Sha256}, now {other.Sha256}", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_WhereAnotherProcessTrains_IsRefused()
    {
        Assert.Equal(143, RunUntil(120, stop => stop.Terminate()));
        using RunFolder other = RunFolder.Open(Directory.GetDirectories(_command.Folder).Single());
        Assert.Equal(ExitCode.Resume, _command.Run([.. Arguments(_command), "--resume"]));
        Assert.Contains("Wait for the process that trains there", Output, StringComparison.Ordinal);
    }

    // One thread, because the number of threads decides the bytes.
    private static string[] Arguments(CommandRunner command) =>
        ["fit", "--network", "dense", "--epochs", "2", "--threads", "1", "--runs-folder", command.Folder];

    private static byte[] Model(CommandRunner command) =>
        File.ReadAllBytes(Directory.GetFiles(command.Folder, "dense.onnx", SearchOption.AllDirectories).Single());

    // The clock is read twice a step, and an epoch has 47 steps.
    private int RunUntil(int readings, Action<StopSignal> act)
    {
        var stop = new StopSignal();
        int code = _command.Run(new ReadingsClock(readings, () => act(stop)), stop, Arguments(_command));
        // A checkpoint that cannot be saved is a warning, which tells why the test fails.
        Assert.DoesNotContain("warning:", Output, StringComparison.Ordinal);
        return code;
    }

    private sealed class ReadingsClock(int readings, Action act) : TimeProvider
    {
        private int _readings;

        public override long GetTimestamp()
        {
            if (++_readings == readings) act();
            return _readings * TimestampFrequency / 10;
        }
    }
}
