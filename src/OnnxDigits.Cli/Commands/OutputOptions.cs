using System.CommandLine;
using System.CommandLine.Parsing;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Cli.Shards;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the options that select the outputs.</summary>
/// <param name="console">The streams of the command.</param>
/// <param name="inputs">The options that select the inputs.</param>
internal sealed class OutputOptions(InferConsole console, InputOptions inputs)
{
    private const string StandardOutput = "/dev/stdout";

    private readonly Option<string?> _format = Options.OptionalOneOf(
        "--format", "The format of the rows. The default is a table on a terminal, otherwise JSON lines.",
        OutputFormat.Table, OutputFormat.Csv, OutputFormat.JsonLines, OutputFormat.Parquet).WithAlias("-f");

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the rows to a file, which appears when it is complete, or to standard output (-). "
            + "The extension selects the format: .csv, .jsonl, .parquet or .txt. With --shard, the name contains "
            + "{shard}.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _top = Options.Count(
        "--top", "Add a column with this number of the most probable digits.", max: 10).WithAlias("-k");

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a report to a folder: index.html, summary.json and, for labeled images, confusion.csv.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _savePreprocessed = new("--save-preprocessed")
    {
        Description = "Write each image as the network sees it to a folder, as PNG of 28×28 pixels.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Read all digits of each picture, line by line. A digit has a row with line, index and box, and "
            + "in JSON lines a picture has one. Labels are ignored.",
    };

    private readonly Option<string?> _annotate = new("--annotate")
    {
        Description = "With --all, write each picture with boxes and digits drawn on it to a folder, as PNG.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Let --output, --report, --save-preprocessed and --annotate replace files that infer did not "
            + "write, and run finished shards again.",
    };

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_output);
        command.Add(_top);
        command.Add(_report);
        command.Add(_savePreprocessed);
        command.Add(_all);
        command.Add(_annotate);
        command.Add(_force);
    }

    /// <summary>Gets a value that indicates whether pictures may have several digits.</summary>
    public bool ReadsAll(ParseResult parsed) => parsed.GetValue(_all);

    /// <summary>Gets a value that indicates whether pictures are drawn with their digits.</summary>
    public bool Annotates(ParseResult parsed) => parsed.GetValue(_annotate) is not null;

    /// <summary>Refuses options that need one digit per picture if <c>--all</c> is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="minAccuracy">The option for the least accuracy.</param>
    /// <exception cref="CommandException">Options contradict each other.</exception>
    public void CheckAll(ParseResult parsed, Option minAccuracy)
    {
        if (!ReadsAll(parsed))
        {
            if (Annotates(parsed)) throw new CommandException($"{_annotate.Name} needs {_all.Name}.");
            return;
        }
        if (new[] { minAccuracy, _report, _savePreprocessed }
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } single)
        {
            throw new CommandException(
                $"{single.Name} expects one digit per picture and {_all.Name} reads several. Leave one out.");
        }
    }

    /// <summary>Refuses outputs that aren't available with <c>--shard</c>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="minAccuracy">The option for the least accuracy.</param>
    /// <exception cref="CommandException">Options contradict each other.</exception>
    public void CheckShard(ParseResult parsed, Option minAccuracy)
    {
        string? path = parsed.GetValue(_output) is var value && value == "-" ? null : value;
        bool isTemplate = Path.GetFileName(path)?.Contains(Shard.Placeholder, StringComparison.Ordinal) ?? false;
        if (inputs.ShardOf(parsed) is null)
        {
            if (isTemplate) throw new CommandException($"{Shard.Placeholder} in {_output.Name} needs --shard.");
            return;
        }
        if (path is not null
            && (!isTemplate || OutputFormat.Choose(parsed.GetValue(_format), path, console) == OutputFormat.Table))
        {
            throw new CommandException(
                $"with --shard, {_output.Name} needs a name such as rows-{Shard.Placeholder}.csv, .jsonl or .parquet: "
                + "each shard has a file, which infer merge reads.");
        }
        if (new[] { minAccuracy, _report, _savePreprocessed, _annotate }
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } whole)
        {
            bool isOfMerge = whole == minAccuracy || whole == _report;
            throw new CommandException(
                $"{whole.Name} covers the whole run, and --shard reads a part of it. "
                + (isOfMerge ? $"Give {whole.Name} to infer merge." : "Leave one out."));
        }
    }

    /// <summary>Returns the file of a shard, or <c>null</c> without a shard or a file.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">The files of the shard.</param>
    /// <param name="model">The model of the run.</param>
    public ShardFile? ShardFile(ParseResult parsed, InputSet files, ModelInfo model)
    {
        if (inputs.ShardOf(parsed) is not { } shard || FilePath(parsed) is not { } path) return null;
        var run = new ShardRun(
            WordsOf(parsed), inputs.Root(parsed), OutputFormat.Choose(parsed.GetValue(_format), path, console),
            parsed.GetValue(_top) ?? 0, ReadsAll(parsed), shard.Count, ShardRun.VersionOfProgram,
            model with { BatchSize = 1, DeviceNotice = null });
        return new(path, shard, run, files.Files);
    }

    /// <summary>Gets a value that indicates whether finished shards are run again.</summary>
    public bool Forces(ParseResult parsed) => parsed.GetValue(_force);

    /// <summary>Refuses outputs that would replace a file of the user.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="readFiles">The files that the run reads, other than the images.</param>
    /// <exception cref="CommandException">An output is refused, or the format is unknown.</exception>
    public void Check(ParseResult parsed, IEnumerable<string> readFiles)
    {
        string? path = FilePath(parsed);
        OutputFormat.Choose(parsed.GetValue(_format), path, console);
        foreach (string read in readFiles) RefuseInput(path, IdentityOfRows(path), read);
        if (path is not null && parsed.GetValue(_report) is { } report && ReportWriter.FileNames
            .Any(name => Path.GetFullPath(Path.Combine(report, name)) == Path.GetFullPath(path)))
        {
            throw new CommandException(
                $"'{path}' is a file of {_report.Name}. Choose another path for {_output.Name}.");
        }
        if (parsed.GetValue(_force)) return;
        if (path is not null && ReplacementError.ForForeign(
            path, start => ResultFile.Is(path, start), "has no results of infer") is { } error)
        {
            throw new CommandException(error, ExitCode.Output);
        }
        if (path is not null && inputs.ShardOf(parsed) is not null && ReplacementError.ForForeign(
            ShardManifest.PathOf(path), _ => ShardManifest.TryRead(ShardManifest.PathOf(path)) is not null,
            "is not a manifest of infer") is { } foreign)
        {
            throw new CommandException(foreign, ExitCode.Output);
        }
        foreach (var option in new[] { _report, _savePreprocessed, _annotate })
        {
            if (parsed.GetValue(option) is { } folder) OutputFolder.Check(folder, option.Name);
        }
    }

    /// <summary>Refuses outputs that would replace an image of the run.</summary>
    /// <returns>The inputs. The files of a list are checked while they are read.</returns>
    /// <exception cref="CommandException">An output is refused.</exception>
    public InputSet Protect(ParseResult parsed, InputSet found)
    {
        string? path = FilePath(parsed), folder = parsed.GetValue(_savePreprocessed) ?? parsed.GetValue(_annotate);
        FileIdentity? rows = IdentityOfRows(path), images = folder is null ? null : FileIdentity.Of(folder);
        if (rows is null && images is null) return found;
        var files = found.Files.Select(input =>
        {
            RefuseInput(path, rows, input.Path);
            RefuseInput(folder, images, Path.GetDirectoryName(Path.GetFullPath(input.Path)) ?? input.Path);
            return input;
        });
        return found with { Files = found.Count is null ? files : [.. files] };
    }

    /// <summary>Opens the file of <c>--output</c>, or returns <c>null</c> for standard output.</summary>
    /// <exception cref="CommandException">The file cannot be created.</exception>
    public OutputFile? OpenFile(ParseResult parsed) =>
        FilePath(parsed) is { } path ? OutputFile.Create(path) : null;

    /// <summary>Creates the writers that receive each row.</summary>
    /// <exception cref="CommandException">A folder cannot be created, or the format needs a file.</exception>
    public IReadOnlyList<IRowWriter> CreateWriters(
        ParseResult parsed, OutputFile? file, RunSummary summary, ModelInfo model)
    {
        string format = OutputFormat.Choose(parsed.GetValue(_format), FilePath(parsed), console);
        int shards = inputs.ShardOf(parsed)?.Count ?? 1;
        List<IRowWriter> writers =
            [OutputFormat.CreateWriter(format, file, console, parsed.GetValue(_top) ?? 0, ReadsAll(parsed), shards)];
        if (parsed.GetValue(_savePreprocessed) is { } images)
        {
            writers.Add(new NumberedImages(
                new OutputFolder(images, _savePreprocessed.Name),
                row => row.Digit is null ? null : NumberedImages.EncodePng(row.Image.Span)));
        }
        if (parsed.GetValue(_annotate) is { } annotated)
        {
            writers.Add(new NumberedImages(new OutputFolder(annotated, _annotate.Name), row => row.Annotated));
        }
        if (parsed.GetValue(_report) is { } report)
        {
            writers.Add(new ReportWriter(new OutputFolder(report, _report.Name), summary, model, row => row.Image));
        }
        return writers;
    }

    /// <summary>Writes the paths of the results to the error stream.</summary>
    public void WritePaths(ParseResult parsed)
    {
        string? rows = FilePath(parsed);
        if (rows is not null) console.Error.WriteLine($"rows    {rows}");
        if (parsed.GetValue(_report) is { } report)
        {
            console.Error.WriteLine($"report  {Path.Combine(report, ReportWriter.Page)}");
        }
        if ((parsed.GetValue(_savePreprocessed) ?? parsed.GetValue(_annotate)) is { } images)
        {
            console.Error.WriteLine($"images  {images}");
        }
        if (rows is null && parsed.GetValue(_format) is null && !console.OutputIsTerminal)
        {
            console.Error.WriteLine(
                "rows    JSON lines, because standard output is not a terminal; -f table writes a table");
        }
    }

    private string? FilePath(ParseResult parsed) => parsed.GetValue(_output) is not { } path || path == "-"
        ? null
        : inputs.ShardOf(parsed) is { } shard ? path.Replace(Shard.Placeholder, shard.Name) : path;

    /// <summary>Returns the paths and options that affect the rows, except the options of the model.</summary>
    private string[] WordsOf(ParseResult parsed)
    {
        string[] others =
        [
            _format.Name, _output.Name, _force.Name, "--shard", "--model", "--device", "--provider-library",
            "--batch-size", "--threads", "--on-error", "--max-errors", "--quiet", "--verbose",
        ];
        return
        [
            .. parsed.CommandResult.Children.OfType<OptionResult>()
                .Where(option => !option.Implicit && !others.Contains(option.Option.Name))
                .OrderBy(option => option.Option.Name, StringComparer.Ordinal)
                .SelectMany(option => option.Tokens.Select(token => token.Value).Prepend(option.Option.Name)),
            .. parsed.CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(argument => argument.Tokens.Select(token => token.Value)),
        ];
    }

    /// <summary>Identifies the file that receives the rows, even if the shell opened it.</summary>
    private static FileIdentity? IdentityOfRows(string? path)
    {
        if (path is not null) return FileIdentity.Of(path);
        return FileIdentity.IsSpecial(StandardOutput) ? null : FileIdentity.Of(StandardOutput);
    }

    private static void RefuseInput(string? output, FileIdentity? identity, string input)
    {
        string path = input == InputFile.StandardInput ? "/dev/stdin" : input;
        if (ReplacementError.ForInput(output, identity, path) is { } error)
        {
            throw new CommandException(error, ExitCode.Output);
        }
    }
}
