using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>runs list</c>, <c>runs show</c> and <c>runs compare</c>.</summary>
internal static class RunsCommand
{
    public static Command Create(CommandContext context) => new("runs", "Lists, shows and compares runs.")
    {
        List(context), Show(context), Compare(context),
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

    private static Command Show(CommandContext context)
    {
        var names = new Argument<string[]>("RUN")
        {
            Description = "A run folder, or several to show side by side: names in --runs-folder, or paths.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> runsFolder = FitCommand.RunsFolder();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file. By default page.html in the folder of the run, and comparison.html in that of the "
                + "first of several runs.",
            HelpName = "FILE",
        };
        var open = new Option<bool>("--open") { Description = "Open the page in the browser." };
        var force = new ForceOption();
        var command = new Command("show", "Writes a page with curves, mistakes, layers and recipe as one HTML file.")
        {
            names, runsFolder, output, open, force,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<RunReport> runs = Find(parsed.GetValue(names)!, parsed.GetValue(runsFolder)!);
            string file = parsed.GetValue(output)
                ?? Path.Combine(runs[0].Folder, runs.Count == 1 ? "page.html" : "comparison.html");
            force.CheckPage(parsed, file);
            ForceOption.RefuseInputs(file, FilesOf(runs));
            byte[] page = Encoding.UTF8.GetBytes(RunPage.Format(runs));
            AtomicFile.Write(file, stream => stream.Write(page));
            // The console would wrap long paths.
            context.Console.Profile.Out.Writer.WriteLine(file);
            if (parsed.GetValue(open)) Open(file, context);
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
            if (parsed.GetValue(names) is not [_, _, ..])
            {
                throw new CommandException("'runs compare' takes at least two runs. 'runs list' shows their names.");
            }

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

    private static void Open(string file, CommandContext context)
    {
        try
        {
            Process.Start(new ProcessStartInfo(Path.GetFullPath(file)) { UseShellExecute = true })?.Dispose();
        }
        catch (Win32Exception e)
        {
            context.Warn($"The browser cannot be started: {e.Message}. Open the file yourself.");
        }
    }

    private static string[] FilesOf(IEnumerable<RunReport> runs) =>
        [.. runs.SelectMany(run => (string[])[Path.Combine(run.Folder, RunReport.FileName), run.ModelPath])];
}
