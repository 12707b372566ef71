using System.CommandLine;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Inference;
using Shared;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the options that select the outputs.</summary>
internal sealed class OutputOptions(InferConsole console)
{
    private readonly Option<string?> _format = Options.OptionalOneOf(
        "--format", "The format of the rows. The default is a table on a terminal, otherwise JSON lines.",
        OutputFormat.Table, OutputFormat.Csv, OutputFormat.JsonLines, OutputFormat.Parquet).WithAlias("-f");

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the rows to a file, which appears when it is complete. "
            + "The extension selects the format: .csv, .jsonl, .parquet or .txt.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _top = Options.Count(
        "--top", "Add a column with the N most probable digits.", max: 10).WithAlias("-k");

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

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_output);
        command.Add(_top);
        command.Add(_report);
        command.Add(_savePreprocessed);
    }

    /// <summary>Opens the file of <c>--output</c>, or returns <c>null</c> if there is none.</summary>
    /// <exception cref="CommandException">The file cannot be created.</exception>
    public OutputFile? OpenFile(ParseResult parsed) =>
        parsed.GetValue(_output) is { } path ? OutputFile.Create(path) : null;

    /// <summary>Creates the writers that receive each row.</summary>
    /// <exception cref="CommandException">A folder cannot be created, or the format needs a file.</exception>
    public IReadOnlyList<IRowWriter> CreateWriters(
        ParseResult parsed, OutputFile? file, RunSummary summary, ModelInfo model)
    {
        string format = OutputFormat.Choose(parsed.GetValue(_format), parsed.GetValue(_output), console);
        List<IRowWriter> writers =
            [OutputFormat.CreateWriter(format, file, console, parsed.GetValue(_top) ?? 0)];
        if (parsed.GetValue(_savePreprocessed) is { } images)
        {
            writers.Add(new PreprocessedImages(new OutputFolder(images, _savePreprocessed.Name)));
        }
        if (parsed.GetValue(_report) is { } report)
        {
            writers.Add(new ReportWriter(new OutputFolder(report, _report.Name), summary, model));
        }
        return writers;
    }

    /// <summary>Writes the paths of the results to the error stream.</summary>
    public void WritePaths(ParseResult parsed)
    {
        if (parsed.GetValue(_output) is { } rows and not "-") console.Error.WriteLine($"rows    {rows}");
        if (parsed.GetValue(_report) is { } report)
        {
            console.Error.WriteLine($"report  {Path.Combine(report, "index.html")}");
        }
        if (parsed.GetValue(_savePreprocessed) is { } images) console.Error.WriteLine($"images  {images}");
    }
}
