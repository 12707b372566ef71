using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Output;

/// <summary>The names of the formats, and which one is meant where none is named.</summary>
internal static class OutputFormat
{
    public const string Table = "table";
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";
    public const string Json = "json";

    /// <summary>A file's ending decides, then whether a person is looking.</summary>
    public static string Choose(string? format, string? outputPath, InferConsole console) =>
        format ?? Path.GetExtension(outputPath)?.ToLowerInvariant() switch
        {
            ".csv" => Csv,
            ".jsonl" => JsonLines,
            ".txt" => Table,
            _ => outputPath is null && console.OutputIsTerminal ? Table : JsonLines,
        };

    public static IRowWriter CreateWriter(string format, TextWriter writer, IReadOnlyList<InputFile> inputs, bool color) =>
        format switch
        {
            Csv => new CsvRowWriter(writer),
            Table => new TableRowWriter(writer, inputs, color),
            _ => new JsonLinesRowWriter(writer),
        };
}
