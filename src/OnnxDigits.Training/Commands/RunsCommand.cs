using System.CommandLine;
using System.Text;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using Shared;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>runs list</c> and <c>runs compare</c>.</summary>
internal sealed class RunsCommand
{
    // Lines in a file are not wrapped.
    private const int FileWidth = 1000;

    private readonly CommandContext _context;
    private readonly Option<string> _runsFolder = TrainCommand.RunsFolder();

    private readonly Option<string> _format = Options.OneOf(
        "--format", "The format of the output. CSV and JSON give numbers in full precision.", RunTable.Formats);

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write to this file instead of the standard output.",
        HelpName = "FILE",
    };

    private readonly ForceOption _force = new();

    private RunsCommand(CommandContext context)
    {
        _context = context;
        _format.Aliases.Add("-f");
    }

    public static Command Create(CommandContext context) => new("runs", "Lists and compares runs.")
    {
        new RunsCommand(context).List(), new RunsCommand(context).Compare(),
    };

    private Command List()
    {
        var command = new Command("list", "Lists all runs, the latest first.")
        {
            _runsFolder, _format, _output, _force,
        };
        command.SetAction(parsed =>
        {
            _force.CheckTable(parsed, parsed.GetValue(_output));
            string folder = parsed.GetValue(_runsFolder)!;
            IReadOnlyList<RunReport> runs = RunReport.ReadAll(folder, _context.Warn);
            if (runs.Count == 0) _context.Warn($"There are no runs in {folder}.");
            RefuseInputs(parsed.GetValue(_output), runs);
            Show(parsed, RunTable.List(runs));
            return ExitCode.Success;
        });
        return command;
    }

    private Command Compare()
    {
        var names = new Argument<string[]>("RUN")
        {
            Description = "Two or more run folders: names in --runs-folder, or paths.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var picture = new Option<string?>("--picture")
        {
            Description = "Also draw the learning curves of all runs to this PNG file.",
            HelpName = "FILE",
        };
        var dark = new Option<bool>("--dark") { Description = "Draw the picture for dark pages." };
        var command = new Command(
            "compare", "Compares runs: settings that differ, accuracy, loss, time, and the recall of each digit.")
        {
            names, _runsFolder, _format, _output, picture, dark, _force,
        };
        command.SetAction(parsed =>
        {
            string? output = parsed.GetValue(_output), path = parsed.GetValue(picture);
            if (output is not null && path is not null && Path.GetFullPath(output) == Path.GetFullPath(path))
            {
                throw new UsageException($"--output and --picture name the same file '{path}'. Change one.");
            }

            _force.CheckTable(parsed, output);
            _force.CheckPicture(parsed, path);
            IReadOnlyList<RunReport> runs = Find(parsed.GetValue(names)!, parsed.GetValue(_runsFolder)!);
            RefuseInputs(output, runs);
            RefuseInputs(path, runs);
            Show(parsed, RunTable.Compare(runs));
            if (path is null) return ExitCode.Success;

            (string, IReadOnlyList<EpochMetrics>)[] curves = [.. runs.Select(run => (run.Name, run.Epochs))];
            Palette palette = parsed.GetValue(dark) ? Palette.Dark : Palette.Light;
            byte[] png = LearningCurves.Draw("Learning curves", curves, palette);
            AtomicFile.Write(path, stream => stream.Write(png));
            return ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<RunReport> Find(string[] names, string folder)
    {
        if (names.Length < 2)
        {
            throw new UsageException("'runs compare' takes at least two runs. 'runs list' shows their names.");
        }

        var runs = new List<RunReport>();
        foreach (string name in names)
        {
            RunReport run = RunReport.Read(Path.Combine(folder, name)) ?? RunReport.Read(name)
                ?? throw new UsageException($"There is no run '{name}' in {folder}. 'runs list' shows all runs.");
            if (runs.Any(other => other.Folder == run.Folder))
            {
                throw new UsageException($"The run '{name}' is named twice.");
            }

            runs.Add(run);
        }

        return runs;
    }

    private static void RefuseInputs(string? output, IEnumerable<RunReport> runs) => ForceOption.RefuseInputs(
        output, runs.SelectMany(run => (string[])[Path.Combine(run.Folder, RunReport.FileName), run.ModelPath]));

    private void Show(ParseResult parsed, RunTable table)
    {
        string format = parsed.GetValue(_format)!;
        if (parsed.GetValue(_output) is { } file)
        {
            byte[] text = Encoding.UTF8.GetBytes(table.Format(format, FileWidth));
            AtomicFile.Write(file, stream => stream.Write(text));
            return;
        }

        // Spectre.Console would wrap the lines of CSV and JSON.
        _context.Console.Profile.Out.Writer.Write(table.Format(format, _context.Console.Profile.Width));
    }
}
