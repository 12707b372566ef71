using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using Shared;

namespace OnnxDigits.Training.Tests;

/// <summary>Tests the training of a network whose recipe has teachers.</summary>
public sealed class TeacherTests : IDisposable
{
    private readonly CommandRunner _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Run_RecipeWithTeachers_TrainsThemFirstAndOnce()
    {
        Assert.Equal(ExitCode.Success, Train(runs: 2));
        RunReport[] reports = Reports();
        Assert.Equal([1001, 1002, 1, 2], reports.Select(report => report.Run.Recipe.Seed));
        Assert.Equal([0, 0, 2, 2], reports.Select(report => report.Run.Recipe.Teachers));
        Assert.All(reports, report => Assert.InRange(report.Result!.TestAccuracy, 0.6, 1));

        // Without teachers, the same seed gives another model.
        Assert.Equal(ExitCode.Success, Train(runs: 1, teachers: 0));
        Assert.NotEqual(reports[2].Result!.OnnxSha256, Reports()[^1].Result!.OnnxSha256);
    }

    [Fact]
    public void Run_StoppedInATeacher_ResumesWithTheSameModel()
    {
        using (var stop = new StopSignal())
        {
            var clock = new StoppingClock(stop, readings: 120);
            Assert.Throws<OperationCanceledException>(() => Train(runs: 1, clock, stop));
        }

        Assert.Equal([1001], Reports().Select(report => report.Run.Recipe.Seed));
        Assert.Contains("Repeat the command with --resume", _command.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, Train(runs: 1, resume: true));
        string resumed = Reports().Single(report => report.Run.Recipe.Seed == 1).Result!.OnnxSha256;
        Assert.Equal(ExitCode.Success, Train(runs: 1));
        Assert.All(
            Reports().Where(report => report.Run.Recipe.Seed == 1),
            report => Assert.Equal(resumed, report.Result!.OnnxSha256));
    }

    private int Train(
        int runs, TimeProvider? clock = null, StopSignal? signal = null, bool resume = false, int teachers = 2)
    {
        using var own = new StopSignal();
        CommandContext context = _command.Context(clock ?? TimeProvider.System, signal ?? own);
        return new TrainSession(context, new TrainOptions
        {
            Networks = ["dense"],
            Recipes = name => Recipe.For(name) with { Epochs = 2, Teachers = teachers },
            RunsFolder = _command.Folder,
            Runs = runs,
            Resume = resume,
            Threads = 1,
        }).Run();
    }

    private RunReport[] Reports() =>
        [.. RunReport.ReadAll(_command.Folder, Assert.Fail).OrderBy(report => report.Started)];

    // Stops the run while it reads the clock for the nth time.
    private sealed class StoppingClock(StopSignal stop, int readings) : TimeProvider
    {
        private int _read;

        public override long GetTimestamp()
        {
            if (++_read == readings) stop.Interrupt();
            return base.GetTimestamp();
        }
    }
}
