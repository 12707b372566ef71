using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Output;

namespace OnnxDigits.Cli.Commands;

/// <summary>infer PATH…: classifies image files.</summary>
internal sealed class ClassifyCommand(InferConsole console, StopSignal stop)
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Image files, folders (searched to the bottom for PNG, JPEG, WebP, GIF and BMP), or globs with *, ? and **.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _format = CommonOptions.Format(OutputFormat.Table, OutputFormat.Csv, OutputFormat.JsonLines);

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the rows to this file, which appears when it is whole; its ending may choose the format.",
        HelpName = "FILE",
    };

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<bool> _allowForeignModel = CommonOptions.AllowForeignModel();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    private readonly Option<int> _batchSize = CommonOptions.Positive(new Option<int>("--batch-size", "-b")
    {
        Description = "Images in one run of the network. Results do not depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
    }, 4096);

    private readonly Option<double?> _minAccuracy = CommonOptions.Share(
        "--min-accuracy", "Exit with 1 when the accuracy is below this; every image needs a label.");

    private readonly Option<double?> _threshold = CommonOptions.Share(
        "--threshold", "Below this confidence a digit is uncertain; 0.5 by default.");

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Rows and errors only: no progress, no summary." };

    public static RootCommand Create(InferConsole console, StopSignal stop)
    {
        var self = new ClassifyCommand(console, stop);
        var command = new RootCommand(
            "Reads handwritten digits from image files. Labels come from parent folders named 0 to 9.")
        {
            self._paths, self._format, self._output, self._model, self._allowForeignModel, self._device, self._threads,
            self._batchSize, self._threshold, self._minAccuracy, self._quiet,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        RejectUnknownOption(parsed);
        if (paths.Length == 0)
            throw new UsageException("name at least one image, folder or glob; see infer --help.");
        var inputs = InputFinder.Find(paths);
        if (inputs.Count == 0)
            throw new UsageException($"there are no images in {string.Join(", ", paths)}.", ExitCode.NoInputs);
        double? minAccuracy = parsed.GetValue(_minAccuracy);
        if (minAccuracy is not null && inputs.FirstOrDefault(input => input.Label is null) is { } unlabelled)
            throw new UsageException(
                $"--min-accuracy needs a label for every image, but '{unlabelled.Path}' is in no folder named 0 to 9.");

        string? outputPath = parsed.GetValue(_output);
        using var file = outputPath is null ? null : new OutputFile(outputPath);
        using var classifier = CommonOptions.Open(
            parsed.GetValue(_model)!, parsed.GetValue(_device)!, parsed.GetValue(_allowForeignModel));
        string format = OutputFormat.Choose(parsed.GetValue(_format), outputPath, console);
        var rows = OutputFormat.CreateWriter(
            format, file?.Writer ?? console.Output, inputs, console.UsesColor && file is null);
        var runner = new FileClassifier(
            classifier, (float)(parsed.GetValue(_threshold) ?? 0.5), parsed.GetValue(_batchSize), parsed.GetValue(_threads));

        var summary = new RunSummary();
        bool quiet = parsed.GetValue(_quiet);
        // A table that scrolls by is its own progress.
        bool showsProgress = !quiet && console.ErrorIsTerminal && (file is not null || !console.OutputIsTerminal);
        await Progress.RunAsync(console, showsProgress, inputs.Count, advance => RunGuardedAsync(runner, inputs, row =>
        {
            rows.Write(row);
            summary.Add(row);
            advance();
        }));
        file?.Commit();
        if (!quiet)
            summary.Write(console.Error, classifier.Info);
        return Judge(summary, minAccuracy);
    }

    /// <summary>The parser takes an option that it does not know for a path; only after -- may a path start with a dash.</summary>
    private void RejectUnknownOption(ParseResult parsed)
    {
        int afterDashes = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var unknown = parsed.GetResult(_paths)?.Tokens.SkipLast(afterDashes).FirstOrDefault(token => token.Value is ['-', _, ..]);
        if (unknown is not null)
            throw new UsageException(
                $"there is no option '{unknown.Value}'; see infer --help, and write -- before a path that starts with a dash.");
    }

    private async Task RunGuardedAsync(FileClassifier runner, IReadOnlyList<InputFile> inputs, Action<ResultRow> write)
    {
        try
        {
            await runner.RunAsync(inputs, write, stop.Token);
        }
        catch (IOException e)
        {
            throw new OutputException($"the results cannot be written: {e.Message}", e);
        }
        finally
        {
            if (stop.Token.IsCancellationRequested)
                await console.Output.FlushAsync();
        }
    }

    private int Judge(RunSummary summary, double? minAccuracy)
    {
        if (minAccuracy is { } bar && summary.Accuracy < bar)
        {
            console.Error.WriteLine(FormattableString.Invariant(
                $"infer: the accuracy {summary.Accuracy:0.0000} is below --min-accuracy {bar}."));
            return ExitCode.SomeFailed;
        }
        return summary.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }
}
