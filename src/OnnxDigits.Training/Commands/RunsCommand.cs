using System.CommandLine;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Shared;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>runs list</c> and <c>runs compare</c>.</summary>
internal static class RunsCommand
{
    public static Command Create(CommandContext context) => new("runs", "Lists and compares runs.")
    {
        List(context), Compare(context),
    };

    private static Command List(CommandContext context)
    {
        Option<string> runsFolder = FitCommand.RunsFolder();
        var command = new Command("list", "Lists all runs, the latest first.") { runsFolder };
        var table = new TableOptions(context);
        table.AddTo(command);
        command.SetAction(parsed =>
        {
            table.Check(parsed);
            string folder = parsed.GetValue(runsFolder)!;
            IReadOnlyList<RunReport> runs = RunReport.ReadAll(folder, context.Warn);
            if (runs.Count == 0) context.Warn($"There are no runs in {folder}.");
            table.RefuseInputs(parsed, FilesOf(runs));
            table.Write(parsed, RunTable.List(runs));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Compare(CommandContext context)
    {
        var names = new Argument<string[]>("RUN")
        {
            Description = "Two or more run folders: names in --runs-folder, or paths.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> runsFolder = FitCommand.RunsFolder();
        var command = new Command(
            "compare", "Compares runs: settings that differ, accuracy, loss, time, and the recall of each digit.")
        {
            names, runsFolder,
        };
        var table = new TableOptions(context);
        table.AddTo(command, "Also draw the learning curves of all runs to this PNG file.");
        command.SetAction(parsed =>
        {
            table.Check(parsed);
            IReadOnlyList<RunReport> runs = Find(parsed.GetValue(names)!, parsed.GetValue(runsFolder)!);
            table.RefuseInputs(parsed, FilesOf(runs));
            (string, IReadOnlyList<EpochMetrics>)[] curves = [.. runs.Select(run => (run.Name, run.Epochs))];
            table.Write(
                parsed, RunTable.Compare(runs), palette => LearningCurves.Draw("Learning curves", curves, palette));
            return ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<RunReport> Find(string[] names, string folder)
    {
        if (names.Length < 2)
        {
            throw new CommandException("'runs compare' takes at least two runs. 'runs list' shows their names.");
        }

        var runs = new List<RunReport>();
        foreach (string name in names)
        {
            RunReport run = RunReport.Find(name, folder)
                ?? throw new CommandException($"There is no run '{name}' in {folder}. 'runs list' shows all runs.");
            if (runs.Any(other => other.Folder == run.Folder))
            {
                throw new CommandException($"The run '{name}' is named twice.");
            }

            runs.Add(run);
        }

        return runs;
    }

    private static string[] FilesOf(IEnumerable<RunReport> runs) =>
        [.. runs.SelectMany(run => (string[])[Path.Combine(run.Folder, RunReport.FileName), run.ModelPath])];
}
