using System.CommandLine;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports.Pictures;
using OnnxDigits.Training.Sweeps;
using Spectre.Console;
using TorchOnnx;
using TorchSharp;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>sweep list</c>, <c>sweep run</c> and <c>sweep report</c>.</summary>
internal sealed class SweepCommand
{
    private readonly CommandContext _context;

    private readonly Argument<string> _plan = new("PLAN")
    {
        Description = "A JSON file with the network, its recipe, the axes in which recipes differ, and the seeds.",
    };

    private readonly Option<string?> _runsFolder = new("--runs-folder")
    {
        Description = "The folder in which each trial has its own folder. By default artifacts/sweeps/NAME, with the "
            + "name of the plan.",
        HelpName = "DIR",
    };

    private SweepCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context) => new("sweep", "Trains many recipes and ranks them.")
    {
        new SweepCommand(context).List(), new SweepCommand(context).Run(), new SweepCommand(context).Report(),
    };

    private Command List()
    {
        var command = new Command("list", "Lists the trials of a plan with their states.") { _plan, _runsFolder };
        var table = new TableOptions(_context);
        table.AddTo(command);
        command.SetAction(parsed =>
        {
            table.Check(parsed);
            (SweepPlan plan, string folder) = Read(parsed);
            table.RefuseInputs(parsed, [parsed.GetValue(_plan)!]);
            table.Write(parsed, SweepResults.Read(plan, folder).ToTable());
            return ExitCode.Success;
        });
        return command;
    }

    private Command Run()
    {
        Option<string?> task = Options.Value(
            "--task",
            "The number of the trial to train; by default all. auto takes the trials of a task of a Slurm array or of "
                + "an indexed Kubernetes job: with N tasks, every Nth trial.",
            "I|auto", "the number of a trial or auto",
            text => text == ArrayTask.Auto || ParseNumber(text) is not null ? text : null);
        Option<string?> data = FitCommand.Data();
        Option<bool> withMnist = FitCommand.WithMnist();
        Option<int?> threads = FitCommand.Threads();
        Option<string> device = FitCommand.Device();
        var command = new Command(
            "run", "Trains trials. Finished trials are skipped, and others are resumed after their last epoch.")
        {
            _plan, task, data, withMnist, _runsFolder, threads, device,
        };
        command.SetAction(parsed =>
        {
            (SweepPlan plan, string folder) = Read(parsed);
            IReadOnlyList<SweepTrial> trials = plan.Expand();
            return Train(plan, Select(trials, parsed.GetValue(task)), trials.Count, new TrainOptions
            {
                Recipes = new OrderedDictionary<string, Recipe> { [plan.Network] = trials[0].Recipe },
                RunsFolder = folder,
                Data = parsed.GetValue(data),
                WithMnist = parsed.GetValue(withMnist),
                Threads = parsed.GetValue(threads),
                Device = parsed.GetValue(device)!,
            });
        });
        return command;
    }

    private Command Report()
    {
        Option<string> by = Options.OneOf(
            "--by", "The figure of the held-out training images that ranks recipes.", "accuracy", "loss");
        var command = new Command("report", "Ranks recipes by the mean over their seeds.")
        {
            _plan, _runsFolder, by,
        };
        var table = new TableOptions(_context);
        table.AddTo(command, "Also draw the recipes with the results of their seeds to this PNG file.");
        command.SetAction(parsed =>
        {
            table.Check(parsed);
            (SweepPlan plan, string folder) = Read(parsed);
            table.RefuseInputs(parsed, [parsed.GetValue(_plan)!]);
            SweepResults results = SweepResults.Read(plan, folder);
            bool byLoss = parsed.GetValue(by) == "loss";
            IReadOnlyList<SweepRank> ranks = results.Rank(byLoss);
            string title = $"{Path.GetFileNameWithoutExtension(parsed.GetValue(_plan)!)}: {plan.Network}";
            table.Write(
                parsed, results.ToTable(ranks), palette => RankingPicture.Draw(title, ranks, byLoss, palette));
            if (results.DescribeUnfinished() is { } others) _context.Warn(others);
            return ExitCode.Success;
        });
        return command;
    }

    private (SweepPlan Plan, string Folder) Read(ParseResult parsed)
    {
        string path = parsed.GetValue(_plan)!;
        string name = Path.GetFileNameWithoutExtension(path);
        return (SweepPlan.Read(path), parsed.GetValue(_runsFolder) ?? Path.Combine("artifacts", "sweeps", name));
    }

    private static IReadOnlyList<SweepTrial> Select(IReadOnlyList<SweepTrial> trials, string? task)
    {
        if (task is null) return trials;
        if (task == ArrayTask.Auto)
        {
            var (number, count) = ArrayTask.OfEnvironment("--task", "3");
            return [.. trials.Where(trial => (trial.Number - number) % count == 0)];
        }

        return ParseNumber(task) is { } chosen && chosen <= trials.Count ? [trials[chosen - 1]]
            : throw new CommandException($"--task needs a trial from 1 to {trials.Count} or auto, not '{task}'.");
    }

    private int Train(SweepPlan plan, IReadOnlyList<SweepTrial> trials, int count, TrainOptions options)
    {
        (DigitDataSet data, torch.Device device) = TrainSession.Prepare(_context, options);
        int code = ExitCode.Success;
        foreach (SweepTrial trial in trials)
        {
            _context.Stop.Stopped.ThrowIfCancellationRequested();
            _context.Console.WriteLine(
                $"Trial {trial.Number} of {count}: {trial.Description}, seed {trial.Recipe.Seed}.");
            var run = new TrainingRun(_context, options, plan.Network, trial.Recipe, data, device, trial.Name);
            try
            {
                if (run.Execute().Result!.Interrupted) return _context.Stop.ExitCode;
            }
            catch (Exception e) when (e is OnnxExportException or CommandException)
            {
                // If a recipe diverges, the sweep continues with the next trial.
                code = _context.Fail(ExitCode.Model, $"Trial {trial.Number} failed: {e.Message}");
            }
        }

        return _context.Stop.Terminated.IsCancellationRequested ? _context.Stop.ExitCode : code;
    }

    private static int? ParseNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : null;
}
