using System.CommandLine;
using System.Diagnostics;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>infer PATH…: classifies image files.</summary>
internal sealed class ClassifyCommand(InferConsole console, StopSignal stop)
{
    private readonly InputOptions _inputs = new(console);
    private readonly OutputOptions _outputs = new(console);
    private readonly ErrorPolicy _errors = new();
    private readonly ModelOptions _model = new();
    private readonly Option<int> _threads = CommonOptions.Threads();

    private readonly Option<double?> _minAccuracy = CommonOptions.Share(
        "--min-accuracy", "Exit with 1 when the accuracy is below this; every image needs a label.");

    private readonly Option<double?> _threshold = CommonOptions.Share(
        "--threshold", "Below this confidence a digit is uncertain; 0.5 by default.");

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Rows and errors only: no progress, no summary." };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Say where the time went as well." };

    public static RootCommand Create(InferConsole console, StopSignal stop)
    {
        var self = new ClassifyCommand(console, stop);
        var command = new RootCommand(
            "Reads handwritten digits from image files. Labels come from parent folders named 0 to 9.");
        self._inputs.AddTo(command);
        self._outputs.AddTo(command);
        self._errors.AddTo(command);
        self._model.AddTo(command);
        foreach (var option in (Option[])
        [
            self._threads, self._threshold, self._minAccuracy, self._quiet, self._verbose,
        ])
            command.Add(option);
        command.SetAction(parsed => self.Run(parsed));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        // Finding the files of a large folder takes as long as opening the network: neither waits for the other.
        using var network = new OpeningClassifier(() => _model.Open(parsed, (float)(parsed.GetValue(_threshold) ?? 0.5)));
        var inputs = _inputs.Resolve(parsed);
        double? minAccuracy = parsed.GetValue(_minAccuracy);
        if (minAccuracy is not null && inputs.Count is not null)
            foreach (var input in inputs.Files)
                RequireLabel(input.Path, input.Label);

        string? outputPath = _outputs.Output(parsed);
        using var file = outputPath is null ? null : new OutputFile(outputPath);
        var classifier = network.Opened;
        var summary = new RunSummary();
        var writers = _outputs.CreateWriters(parsed, file, inputs.WidestPath, summary, classifier.Info);
        var runner = new FileClassifier(classifier, parsed.GetValue(_threads), console.Input);

        bool quiet = parsed.GetValue(_quiet);
        // A table that scrolls by is its own progress.
        bool showsProgress = !quiet && console.ErrorIsTerminal && (file is not null || !console.OutputIsTerminal);
        Progress.Run(console, showsProgress, inputs.Count, advance => RunGuarded(runner, inputs.Files, row =>
        {
            if (minAccuracy is not null)
                RequireLabel(row.Path, row.Label);
            summary.Add(row);
            foreach (var writer in writers)
                writer.Write(row);
            _errors.Check(parsed, summary.Failed);
            advance();
        }));
        foreach (var writer in writers)
            writer.Complete();
        file?.Commit();
        console.Output.Flush();
        if (!quiet)
            summary.Write(console.Error, classifier.Info);
        if (parsed.GetValue(_verbose))
            runner.Times.Write(console.Error, summary.Total, watch.Elapsed);
        return Judge(summary, minAccuracy);
    }

    private static void RequireLabel(string path, int? label)
    {
        if (label is null)
            throw new UsageException($"--min-accuracy needs a label for every image, but '{path}' is in no folder named 0 to 9.");
    }

    private void RunGuarded(FileClassifier runner, IEnumerable<InputFile> inputs, Action<ResultRow> write)
    {
        try
        {
            runner.Run(inputs, write, stop.Stopped);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            throw new OutputException($"the results cannot be written: {AtomicFile.Reason(e)}", e);
        }
        finally
        {
            if (stop.Stopped.IsCancellationRequested)
                console.Output.Flush();
        }
    }

    private int Judge(RunSummary summary, double? minAccuracy)
    {
        if (minAccuracy is { } bar && summary.Accuracy < bar)
        {
            console.Error.WriteLine(FormattableString.Invariant(
                $"infer: the accuracy {summary.Accuracy:0.0000} is below --min-accuracy {bar}."));
            return ExitCode.Failed;
        }
        return summary.Failed > 0 ? ExitCode.Failed : ExitCode.Success;
    }
}
