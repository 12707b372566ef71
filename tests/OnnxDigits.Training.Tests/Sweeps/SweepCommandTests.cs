using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using OnnxDigits.Training.Tests.Pictures;

namespace OnnxDigits.Training.Tests.Sweeps;

/// <summary>Runs sweeps of the dense network on 400 digits: two learning rates and two seeds.</summary>
public sealed class SweepCommandTests : IDisposable
{
    private const string Plan = """
        {
          "network": "dense",
          "recipe": { "epochs": 2, "batchSize": 100, "validationSplit": 0.25 },
          "axes": { "optimizer.learningRate": [0.001, 0.003] },
          "seeds": [1, 2]
        }
        """;

    private static readonly DigitDataSet Digits = DigitGenerator.CreateDataSet(1, 400, 50);

    private readonly CommandRunner _command = new() { OpenData = _ => Digits };
    private readonly string _plan;
    private readonly string _runs;

    public SweepCommandTests()
    {
        _plan = Path.Combine(_command.Folder, "plan.json");
        _runs = Path.Combine(_command.Folder, "runs");
        File.WriteAllText(_plan, Plan);
    }

    private string Output => _command.Output.ToString();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Run_TasksInAnyOrder_LeavesAFolderForEachAndRanksByValidation()
    {
        Assert.Equal((0, 0), (Sweep("run", "--task", "4"), Sweep("run", "--task", "1")));
        Assert.Equal(["trial-0001", "trial-0004"], Folders());
        Assert.Equal(
            ["1 1 0.001 1 finished", "2 1 0.001 2 missing", "3 2 0.003 1 missing", "4 2 0.003 2 finished"],
            Table("list").Select(row => string.Join(' ', row.Take(5))));
        string[][] partial = Table("report");
        Assert.Equal(["1/2", "1/2"], partial.Select(row => row[3]));
        Assert.All(partial, row => Assert.Equal("", row[5]));
        Assert.Contains(
            "warning: 2 of 4 trials are finished. Other trials: missing 2, 3.", Output, StringComparison.Ordinal);
        byte[] before = File.ReadAllBytes(Path.Combine(_runs, "trial-0004", "report.json"));

        Assert.Equal(0, Sweep("run"));
        Assert.Equal(2, Output.Split("Already finished: ").Length - 1);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_runs, "trial-0004", "report.json")));
        Assert.Equal(4, Folders().Length);
        Assert.Contains("Trial 3 of 4: optimizer.learningRate 0.003, seed 1.", Output, StringComparison.Ordinal);

        string[][] rows = Table("report");
        RunReport[] runs = [.. Folders().Select(folder => RunReport.Read(Path.Combine(_runs, folder))!)];
        foreach (string[] row in rows)
        {
            double rate = Number(row[2]);
            double[] accuracies =
            [
                .. runs.Where(run => run.Run.Recipe.Optimizer.LearningRate == rate)
                    .Select(run => run.Epochs[^1].ValidationAccuracy!.Value),
            ];
            Assert.Equal("2/2", row[3]);
            Assert.Equal(accuracies.Average(), Number(row[4]), 1e-12);
            Assert.Equal(Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2), Number(row[5]), 1e-12);
        }
        Assert.True(Number(rows[0][4]) >= Number(rows[1][4]));
        string[][] byLoss = Table("report", "--by", "loss");
        Assert.True(Number(byLoss[0][6]) <= Number(byLoss[1][6]));
    }

    [Fact]
    public void Run_TrialThatStopsEarly_IsRankedByItsBestEpoch()
    {
        // With a learning rate of 0, the first epoch is the best one.
        File.WriteAllText(_plan, """
            {
              "network": "dense",
              "recipe": {
                "epochs": 9, "validationSplit": 0.25, "patience": 2,
                "optimizer": { "kind": "sgd", "learningRate": 0 }
              }
            }
            """);
        Assert.Equal(0, Sweep("run"));
        RunReport run = RunReport.Read(Path.Combine(_runs, "trial-0001"))!;
        Assert.Equal((3, run.Epochs[0]), (run.Epochs.Count, run.Kept));
        Assert.Equal(["1/1", $"{run.Epochs[0].ValidationAccuracy}"], Assert.Single(Table("report"))[2..4]);
        Assert.Contains("The weights are those of epoch 1 of 3", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StoppedTrial_ResumesToTheSameModelToTheByte()
    {
        Assert.Equal(0, Sweep("run", "--task", "3"));
        byte[] uninterrupted = Model();
        Directory.Delete(_runs, recursive: true);
        var stop = new StopSignal();
        // The clock is read twice a step, and an epoch has three steps.
        var clock = new ActingClock(14, stop.Terminate);
        Assert.Equal(ExitCode.Terminated, _command.Run(clock, stop, Arguments("run", "--task", "3")));
        Assert.True(File.Exists(Checkpoint.PathIn(Path.Combine(_runs, "trial-0003"))));
        Assert.Equal("stopped", Table("list")[2][4]);
        Assert.All(Table("report"), row => Assert.Equal(["0/2", ""], row[3..5]));

        Assert.Equal(0, Sweep("run", "--task", "3"));
        Assert.Contains(
            $"Resuming {Path.Combine(_runs, "trial-0003")} after epoch 1.", Output, StringComparison.Ordinal);
        Assert.Equal(uninterrupted, Model());
        // The first epoch of the undisturbed and of the stopped trial.
        Assert.Equal(2, Output.Split("epoch 1/").Length - 1);

        byte[] Model() => File.ReadAllBytes(Path.Combine(_runs, "trial-0003", "dense.onnx"));
    }

    [Fact]
    public void Run_TrialWithoutACheckpointOrModel_StartsAgain()
    {
        Assert.Equal(0, Sweep("run", "--task", "2"));
        string model = Path.Combine(_runs, "trial-0002", "dense.onnx");
        byte[] bytes = File.ReadAllBytes(model);
        File.Delete(model);
        Assert.Equal("damaged", Table("list")[1][4]);
        Assert.Equal(0, Sweep("run", "--task", "2"));
        Assert.Equal(bytes, File.ReadAllBytes(model));
    }

    [Fact]
    public void Run_RecipeThatDiverges_FailsAloneAndIsRankedLast()
    {
        File.WriteAllText(_plan, Plan.Replace("[0.001, 0.003]", "[1e30, 0.001]", StringComparison.Ordinal)
            .Replace("[1, 2]", "[1]", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Model, Sweep("run"));
        Assert.Contains(
            "error: Trial 1 failed: dense with seed 1 diverged: the loss of epoch 2 isn't a finite number. Reduce "
            + "optimizer.learningRate.", Output, StringComparison.Ordinal);
        Assert.Equal(["2 0.001 1/1", "1 1e30 1/1"], Table("report").Select(row => string.Join(' ', row[1..4])));
        string picture = Path.Combine(_command.Folder, "ranking.png");
        Assert.Equal("2", Table("report", "--by", "loss", "--picture", picture)[0][1]);
        Png.AssertDrawn(File.ReadAllBytes(picture), Palette.Light);
        Assert.Contains(
            "warning: 1 of 2 trials are finished. Other trials: failed 1.", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void RunAndReport_ChangedPlan_AreRefusedByName()
    {
        Assert.Equal(0, Sweep("run", "--task", "1"));
        File.WriteAllText(_plan, Plan.Replace("0.001", "0.002", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Resume, Sweep("run", "--task", "1"));
        Assert.Contains(
            $"'{Path.Combine(_runs, "trial-0001")}' belongs to another run: optimizer.learningRate 0.001, now 0.002.",
            Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Sweep("report"));
        Assert.Contains("isn't trial 1 of this sweep: optimizer.learningRate 0.001, now 0.002.", Output);

        // A plan with more seeds has other trials from the second on.
        File.WriteAllText(_plan, Plan.Replace("[1, 2]", "[1, 2, 3]", StringComparison.Ordinal));
        Assert.Equal(0, Sweep("report"));
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1", "trial-0001")]
    [InlineData("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2 SLURM_ARRAY_TASK_MIN=0", "trial-0002 trial-0004")]
    [InlineData("JOB_COMPLETION_INDEX=7 JOB_COMPLETIONS=8", "")]
    public void Run_TaskAuto_TakesEveryNthTrial(string variables, string expected)
    {
        string[][] pairs = [.. variables.Split(' ').Select(pair => pair.Split('='))];
        foreach (string[] pair in pairs) Environment.SetEnvironmentVariable(pair[0], pair[1]);
        try
        {
            Assert.Equal(0, Sweep("run", "--task", "auto"));
            Assert.Equal(expected, string.Join(' ', Folders()));
        }
        finally
        {
            foreach (string[] pair in pairs) Environment.SetEnvironmentVariable(pair[0], null);
        }
    }

    [Theory]
    [InlineData("--task needs a trial from 1 to 4 or auto, not '5'.", "5")]
    [InlineData("--task needs the number of a trial or auto, not '0'.", "0")]
    [InlineData("--task auto needs SLURM_ARRAY_TASK_ID", "auto")]
    public void Run_NoSuchTask_ReturnsTwoBeforeTheDataIsOpened(string message, string task)
    {
        _command.OpenData = _ => throw new InvalidOperationException("The data was opened.");
        Assert.Equal(2, Sweep("run", "--task", task));
        Assert.StartsWith($"error: {message}", Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_runs));
    }

    [Fact]
    public void Report_Files_AreATableAndPicturesForLightAndDarkPages()
    {
        Assert.Equal(0, Sweep("run"));
        string picture = Path.Combine(_command.Folder, "light.png"), dark = Path.Combine(_command.Folder, "dark.png");
        Assert.Equal(0, Sweep("report", "--picture", picture));
        Assert.Equal(0, Sweep("report", "--picture", dark, "--dark"));
        Png.AssertDrawn(File.ReadAllBytes(picture), Palette.Light);
        Png.AssertDrawn(File.ReadAllBytes(dark), Palette.Dark);
        foreach (string format in RunTable.Formats)
        {
            foreach (string verb in (string[])["list", "report"])
            {
                string file = Path.Combine(_command.Folder, $"{verb}.{format}");
                string[] arguments = [verb, "-f", format, "-o", file];
                // The second one replaces the table of the first one.
                Assert.Equal((0, 0), (Sweep(arguments), Sweep(arguments)));
            }
        }
        Assert.Equal(5, Sweep("report", "-o", _plan, "--force"));
        Assert.Equal(Plan, File.ReadAllText(_plan));
    }

    private int Sweep(params string[] arguments) => _command.Run(Arguments(arguments));

    private string[] Arguments(params string[] arguments) =>
    [
        "sweep", arguments[0], _plan, "--runs-folder", _runs,
        .. arguments[0] == "run" ? (string[])["--threads", "1"] : [], .. arguments[1..],
    ];

    private string[] Folders() => Directory.Exists(_runs)
        ? [.. Directory.GetDirectories(_runs).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)]
        : [];

    private string[][] Table(params string[] arguments)
    {
        string file = Path.Combine(_command.Folder, "table.csv");
        Assert.Equal(0, Sweep([.. arguments, "-f", "csv", "-o", file]));
        return [.. File.ReadAllLines(file).Skip(1).Select(line => line.Split(','))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
