using System.CommandLine;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;

namespace OnnxDigits.Training.Commands;

/// <summary>The command line of <c>runs list</c> and <c>runs compare</c>.</summary>
internal static class RunsCommand
{
    public static Command Create(TrainEnvironment environment) =>
        new("runs", "Lists the runs that are there, and compares them.") { List(environment), Compare(environment) };

    private static Command List(TrainEnvironment environment)
    {
        var common = new CommonOptions();
        var command = new Command("list", "A row for each run, the latest first.");
        common.AddTo(command);
        command.SetAction(parsed => new RunsSession(common.Of(parsed), environment).List());
        return command;
    }

    private static Command Compare(TrainEnvironment environment)
    {
        var common = new CommonOptions();
        var runs = new Argument<string[]>("run")
        {
            Description = "Names of run folders below --output, or paths.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var picture = new Option<string?>("--picture")
        {
            Description = "Also draw their learning curves together, as a PNG file.",
        };
        var dark = new Option<bool>("--dark") { Description = "Draw that picture for a dark page." };
        var command = new Command(
            "compare",
            "A column for each run: the arguments that differ, accuracy, loss, time, and the recall of each digit.")
        {
            runs, picture, dark,
        };
        // The argument's own validator is not asked when there is none.
        command.Validators.Add(result =>
        {
            if (result.GetValue(runs) is not { Length: >= 2 })
                result.AddError("runs compare takes at least two runs: 'runs list' shows them.");
        });
        common.AddTo(command);
        command.SetAction(parsed => new RunsSession(common.Of(parsed), environment).Compare(
            parsed.GetValue(runs)!, parsed.GetValue(picture), parsed.GetValue(dark) ? Palette.Dark : Palette.Light));
        return command;
    }

    private sealed class CommonOptions
    {
        private readonly Option<string> _output = new("--output")
        {
            Description = "Where run folders are.",
            DefaultValueFactory = _ => TrainCommand.DefaultOutput,
        };

        private readonly Option<string> _format = new("--format", "-f")
        {
            Description = $"{string.Join(", ", Grid.Formats)}; csv and json have every figure in full.",
            DefaultValueFactory = _ => Grid.Formats[0],
        };

        private readonly Option<string?> _file = new("--file", "-o") { Description = "Write to this file." };

        public CommonOptions() => _format.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Grid.Formats.Contains(token.Value))
                result.AddError($"--format takes {string.Join(", ", Grid.Formats)}, not '{token.Value}'.");
        });

        public void AddTo(Command command)
        {
            foreach (Option option in (Option[])[_output, _format, _file]) command.Add(option);
        }

        public RunsOptions Of(ParseResult parsed) => new()
        {
            Output = parsed.GetValue(_output)!,
            Format = parsed.GetValue(_format)!,
            File = parsed.GetValue(_file),
        };
    }
}
