namespace OnnxDigits.Cli.Outputs;

/// <summary>The names of the output formats.</summary>
internal static class OutputFormat
{
    public const string Table = "table";
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";
    public const string Parquet = "parquet";
    public const string Json = "json";

    /// <summary>Returns the named format, the format of the file extension, or the default.</summary>
    /// <exception cref="CommandException">The extension is unknown, or contradicts the format.</exception>
    public static string Choose(string? format, string? outputPath, InferConsole console)
    {
        if (outputPath is null) return format ?? (console.OutputIsTerminal ? Table : JsonLines);
        string? ofExtension = Path.GetExtension(outputPath).ToLowerInvariant() switch
        {
            ".csv" => Csv,
            ".jsonl" => JsonLines,
            ".parquet" => Parquet,
            ".txt" => Table,
            _ => null,
        };
        if (format is not null && ofExtension is not null && format != ofExtension)
        {
            throw new CommandException($"--format {format} contradicts the extension of '{outputPath}'. Change one.");
        }
        return format ?? ofExtension ?? throw new CommandException(
            $"the extension of '{outputPath}' names no format. Use .csv, .jsonl, .parquet or .txt, or give --format.");
    }

    /// <summary>Creates the writer of a format.</summary>
    /// <param name="format">The name of the format.</param>
    /// <param name="file">The file that receives the rows, or <c>null</c> for standard output.</param>
    /// <param name="console">The streams of the command.</param>
    /// <param name="top">The number of the most probable digits in a row, or 0 for none.</param>
    /// <param name="readsAll">Indicates whether a picture may have several digits.</param>
    /// <param name="shards">The number of files that are merged later.</param>
    /// <exception cref="CommandException">The format cannot be written to standard output.</exception>
    public static IRowWriter CreateWriter(
        string format, OutputFile? file, InferConsole console, int top, bool readsAll, int shards = 1)
    {
        var writer = file?.Writer ?? console.Output;
        var columns = Column.All(top, readsAll);
        IRowWriter rows = format switch
        {
            Csv => new CsvRowWriter(writer, columns),
            Table => new TableRowWriter(writer, top, console.UsesColor && file is null, readsAll),
            Parquet when file is null => throw new CommandException("--format parquet needs a file: give --output."),
            Parquet => new ParquetRowWriter(file.Writer.BaseStream, columns, shards),
            _ => new JsonLinesRowWriter(writer, readsAll ? Column.Picture(top) : columns),
        };
        return readsAll && rows is not JsonLinesRowWriter ? new EachDigit(rows) : rows;
    }
}
