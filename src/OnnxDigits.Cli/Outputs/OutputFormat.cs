namespace OnnxDigits.Cli.Outputs;

/// <summary>The names of the formats, and which one is meant where none is named.</summary>
internal static class OutputFormat
{
    public const string Table = "table";
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";
    public const string Parquet = "parquet";
    public const string Json = "json";

    /// <summary>A file's ending decides, then whether a person is looking.</summary>
    public static string Choose(string? format, string? outputPath, InferConsole console) =>
        format ?? Path.GetExtension(outputPath)?.ToLowerInvariant() switch
        {
            ".csv" => Csv,
            ".jsonl" => JsonLines,
            ".parquet" => Parquet,
            ".txt" => Table,
            _ => outputPath is null && console.OutputIsTerminal ? Table : JsonLines,
        };

    /// <summary>The writer of a format, to a file or to the standard output.</summary>
    /// <exception cref="UsageException">The format cannot go to the standard output.</exception>
    public static IRowWriter CreateWriter(string format, OutputFile? file, InferConsole console, int? widestPath, int top)
    {
        var writer = file?.Writer ?? console.Output;
        return format switch
        {
            Csv => new CsvRowWriter(writer, top),
            Table => new TableRowWriter(writer, widestPath, top, console.UsesColor && file is null),
            Parquet => new ParquetRowWriter(
                file?.Writer.BaseStream ?? throw new UsageException("--format parquet is no text: name a file with --output."), top),
            _ => new JsonLinesRowWriter(writer, top),
        };
    }
}
