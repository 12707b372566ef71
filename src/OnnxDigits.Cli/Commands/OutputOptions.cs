using System.CommandLine;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Cli.Outputs.Report;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>What is written: rows in a format, a report, the images as the network saw them.</summary>
internal sealed class OutputOptions(InferConsole console)
{
    private readonly Option<string?> _format = CommonOptions.Format(
        OutputFormat.Table, OutputFormat.Csv, OutputFormat.JsonLines, OutputFormat.Parquet);

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write the rows to this file, which appears when it is whole; its ending may choose the format.",
        HelpName = "FILE",
    };

    private readonly Option<int> _top = new("--top", "-k")
    {
        Description = "Add a column with the K most probable digits, best first.",
        HelpName = "K",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write index.html, summary.json, and for labelled images the confusion matrix and the mistakes here.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _savePreprocessed = new("--save-preprocessed")
    {
        Description = "Write each image as the network saw it here, as a PNG of 28×28.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        CommonOptions.Within(_top, 1, 10);
        foreach (var option in (Option[])[_format, _output, _top, _report, _savePreprocessed])
            command.Add(option);
    }

    public string? Output(ParseResult parsed) => parsed.GetValue(_output);

    /// <summary>All that is made of the rows.</summary>
    /// <exception cref="UsageException">The format cannot go where it should.</exception>
    /// <exception cref="OutputException">A folder cannot be made.</exception>
    public IReadOnlyList<IRowWriter> CreateWriters(
        ParseResult parsed, OutputFile? file, int? widestPath, RunSummary summary, ModelInfo model)
    {
        string format = OutputFormat.Choose(parsed.GetValue(_format), parsed.GetValue(_output), console);
        List<IRowWriter> writers =
            [OutputFormat.CreateWriter(format, file, console, widestPath, parsed.GetValue(_top))];
        if (parsed.GetValue(_savePreprocessed) is { } images)
            writers.Add(new PreprocessedImages(new OutputFolder(images, _savePreprocessed.Name)));
        if (parsed.GetValue(_report) is { } report)
            writers.Add(new RunReport(new OutputFolder(report, _report.Name), summary, model));
        return writers;
    }
}
