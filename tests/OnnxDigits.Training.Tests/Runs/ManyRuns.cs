using OnnxDigits.Data;

namespace OnnxDigits.Training.Tests.Runs;

/// <summary>Shares <see cref="ManyRuns"/> between test classes.</summary>
[CollectionDefinition(nameof(ManyRuns))]
public sealed class ManyRunsTests : ICollectionFixture<ManyRuns>;

/// <summary>Trains two finished runs, an interrupted run and a terminated run, once for all tests.</summary>
public sealed class ManyRuns : IDisposable
{
    internal static readonly DigitDataSet Digits = DigitGenerator.CreateDataSet(1, 6000, 300);

    public ManyRuns()
    {
        using var command = new CommandRunner { OpenData = _ => Digits };
        Assert.Equal(0, Train(command, At(1), new StopSignal(), "--runs", "2"));
        var stop = new StopSignal();
        Assert.Equal(130, Train(command, At(2, 120, stop.Interrupt), stop));
        stop = new StopSignal();
        Assert.Equal(143, Train(command, At(3, 120, stop.Terminate), stop));
        Output = command.Output.ToString();
    }

    internal static DigitImages Test => Digits.Test;

    public string Folder { get; } = Directory.CreateTempSubdirectory("runs").FullName;

    /// <summary>The output of the training command.</summary>
    public string Output { get; }

    public string First => Path.Combine(Folder, "2030-01-01_000000_dense_seed1");

    public string Second => Path.Combine(Folder, "2030-01-01_000000_dense_seed2");

    public string Interrupted => Path.Combine(Folder, "2030-01-02_000000_dense_seed1");

    public string Stopped => Path.Combine(Folder, "2030-01-03_000000_dense_seed1");

    /// <summary>Copies a run folder for a test that changes it.</summary>
    internal static string Copy(string run, string parent, string? name = null)
    {
        string copy = Directory.CreateDirectory(Path.Combine(parent, name ?? Path.GetFileName(run))).FullName;
        foreach (string file in Directory.GetFiles(run)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private int Train(CommandRunner command, TimeProvider clock, StopSignal stop, params string[] more) => command.Run(
        clock, stop,
        [
            "fit", "--network", "dense", "--epochs", "2", "--validation-split", "0.1", "--threads", "1",
            "--runs-folder", Folder, .. more,
        ]);

    private static DayClock At(int day, int reading = 0, Action? act = null) => new(day, reading, act);

    // Training reads the clock twice in a step, and an epoch has 43 steps.
    private sealed class DayClock(int day, int reading, Action? act) : ActingClock(reading, act)
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2030, 1, day, 0, 0, 0, TimeSpan.Zero);
    }
}
