using System.Text.Json;
using Parquet;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Recognizes files with results of this program by the names of their first columns.</summary>
internal static class ResultFile
{
    private static readonly string[] FirstColumns = [.. Column.All(top: 0).Take(4).Select(column => column.Name)];
    private static readonly string[] FirstOfPicture = [.. Column.Picture(top: 0).Take(4).Select(column => column.Name)];

    /// <summary>Indicates whether a file contains rows in one of the output formats.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="start">The first characters of the file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonException">The first line is not a line of JSON.</exception>
    public static bool Is(string path, string start) =>
        start.StartsWith(TableRowWriter.Header, StringComparison.Ordinal)
        || start.StartsWith(TableRowWriter.HeaderOfAll, StringComparison.Ordinal)
        || FirstNames(path, start).Take(FirstColumns.Length).ToArray() is var names
            && (names.SequenceEqual(FirstColumns) || names.SequenceEqual(FirstOfPicture));

    private static IEnumerable<string> FirstNames(string path, string start)
    {
        if (start.StartsWith("PAR1", StringComparison.Ordinal)) return ParquetNames(path);
        string line = start.Split('\n')[0];
        if (!line.StartsWith('{')) return line.Split(',');
        using var row = JsonDocument.Parse(line);
        return [.. row.RootElement.EnumerateObject().Select(property => property.Name)];
    }

    private static IEnumerable<string> ParquetNames(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            var reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
            return [.. reader.Schema.Fields.Select(field => field.Name)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The reader throws many types of exceptions for a damaged file.
            return [];
        }
    }
}
