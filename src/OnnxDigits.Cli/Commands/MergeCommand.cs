using System.CommandLine;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Cli.Shards;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents <c>infer merge</c>, which joins the rows of shards.</summary>
internal sealed class MergeCommand(InferConsole console, StopSignal stop)
{
    // A larger buffer leaves the processor's cache, and writing takes four times as long.
    private const int BufferSize = 1 << 15;

    private readonly Argument<string> _folder = new("DIR") { Description = "The folder with the shards of one run." };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Write the rows to a file, which appears when it is complete. Shards with its extension are "
            + "merged: .csv, .jsonl or .parquet.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a report to a folder, as infer --report does.",
        HelpName = "DIR",
    };

    private readonly Option<double?> _minAccuracy = Options.Share(
        "--min-accuracy", "Exit with code 6 if the accuracy is below this value. Every image needs a label.");

    private readonly ListOptions _list = new(
        console, "Give the rows the order of this list, from which the shards took their paths.");

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Let --output and --report replace files that infer did not write.",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Show no progress and no summary." };

    public static Command Create(InferConsole console, StopSignal stop)
    {
        var self = new MergeCommand(console, stop);
        var command = new Command(
            "merge", "Joins the rows that infer --shard wrote, as if one run had written them.")
        {
            self._folder, self._output, self._report, self._minAccuracy, self._force, self._quiet,
        };
        self._list.AddTo(command);
        command.SetAction(self.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string output = parsed.GetValue(_output)!;
        string format = OutputFormat.Choose(format: null, output, console);
        if (format == OutputFormat.Table)
        {
            throw new CommandException(
                $"{_output.Name} needs the extension .csv, .jsonl or .parquet, not that of '{output}'.");
        }
        var set = ShardSet.Find(parsed.GetValue(_folder)!, Path.GetExtension(output));
        var summary = new RunSummary(new SkippedFiles(), set.Run.All);
        foreach (var (_, manifest) in set.Shards) summary.Add(manifest.Sums);
        Check(parsed, set, summary);

        using (var file = OutputFile.Create(output))
        {
            Write(parsed, set, summary, file);
            file.Commit();
        }
        if (!parsed.GetValue(_quiet))
        {
            summary.Write(console.Error, set.Run.Model);
            console.Error.WriteLine($"rows    {output}");
            if (parsed.GetValue(_report) is { } report)
            {
                console.Error.WriteLine($"report  {Path.Combine(report, ReportWriter.Page)}");
            }
        }
        if (parsed.GetValue(_minAccuracy) is { } bar && summary.Accuracy < bar)
        {
            return CommonOptions.BelowMinAccuracy(console, summary.Accuracy, bar);
        }
        return summary.Failed > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    private void Check(ParseResult parsed, ShardSet set, RunSummary summary)
    {
        string output = parsed.GetValue(_output)!;
        if (set.Run.All && (parsed.GetValue(_report) ?? (object?)parsed.GetValue(_minAccuracy)) is not null)
        {
            throw new CommandException(
                $"{_report.Name} and {_minAccuracy.Name} expect one digit per picture, and the shards have several "
                + "(--all). Leave them out.");
        }
        if (summary.Total == 0) throw ShardSet.Error($"the shards in '{parsed.GetValue(_folder)}' have no images.");
        if (parsed.GetValue(_minAccuracy) is not null && !summary.IsLabeled)
        {
            throw new CommandException(
                $"{_minAccuracy.Name} needs a label for every image, but {summary.Total - summary.Confusion.Total} of "
                + $"{summary.Total} are not in a folder named 0 to 9.");
        }
        var identity = FileIdentity.Of(output);
        string? error = set.Shards.Select(shard => ReplacementError.ForInput(output, identity, shard.Rows))
            .FirstOrDefault(message => message is not null);
        if (!parsed.GetValue(_force))
        {
            error ??= ReplacementError.ForForeign(
                output, start => ResultFile.Is(output, start), "has no results of infer");
            if (parsed.GetValue(_report) is { } report) OutputFolder.Check(report, _report.Name);
        }
        if (error is not null) throw new CommandException(error, ExitCode.Output);
    }

    private void Write(ParseResult parsed, ShardSet set, RunSummary summary, OutputFile file)
    {
        var run = set.Run;
        List<IRowWriter> writers = [];
        if (run.Format == OutputFormat.Parquet)
        {
            writers.Add(OutputFormat.CreateWriter(run.Format, file, console, run.Top, run.All));
        }
        if (parsed.GetValue(_report) is { } folder)
        {
            writers.Add(new ReportWriter(new OutputFolder(folder, _report.Name), summary, run.Model, LoadImage));
        }
        // Disposing the buffer would close the file.
        var lines = new BufferedStream(file.Writer.BaseStream, BufferSize);
        List<ShardReader> readers = [];
        try
        {
            foreach (var (rows, manifest) in set.Shards) readers.Add(ShardReader.Open(rows, manifest));
            bool hasHeader = false;
            bool showsProgress = !parsed.GetValue(_quiet) && console.ErrorIsTerminal;
            Progress.Run(console, showsProgress, summary.Total, advance =>
            {
                Action<ShardReader> write = reader =>
                {
                    stop.Stopped.ThrowIfCancellationRequested();
                    if (reader is LineShardReader line)
                    {
                        if (!hasHeader && reader is CsvShardReader csv) lines.Write(csv.Header);
                        hasHeader = true;
                        lines.Write(line.Line.Span);
                    }
                    if (writers.Count > 0)
                    {
                        var row = reader.Row;
                        foreach (var writer in writers) writer.Write(row);
                    }
                    advance();
                };
                if (_list.Read(parsed) is { } paths) ShardMerge.ByList(readers, paths, write);
                else ShardMerge.ByPath(readers, write);
            });
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
        lines.Flush();
        foreach (var writer in writers) writer.Complete();
    }

    // The rows have no images. The few images that the report shows are prepared again, if their files still exist.
    private static ReadOnlyMemory<byte> LoadImage(ResultRow row)
    {
        if (row.Error is not null) return default;
        try
        {
            byte[] image = new byte[DigitClassifier.ImageLength];
            DigitPreprocessing.Apply(ImageFile.Decode(row.Path).Raster, image);
            return image;
        }
        catch (ImageFileException)
        {
            return default;
        }
    }
}
