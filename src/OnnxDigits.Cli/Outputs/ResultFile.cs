using System.Text.Json;
using Parquet;

namespace OnnxDigits.Cli.Outputs;

/// <summary>Recognizes files with results of this program by the names of their first columns.</summary>
internal static class ResultFile
{
    private const int MaxHeaderLength = 4096;

    private static readonly string[] FirstColumns = [.. Column.All(top: 0).Take(4).Select(column => column.Name)];

    /// <summary>Returns whether a file is empty or contains rows in one of the output formats.</summary>
    public static bool Is(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(file);
            char[] start = new char[MaxHeaderLength];
            string header = new(start, 0, reader.ReadBlock(start));
            return header.Length == 0
                || header.StartsWith(TableRowWriter.Header, StringComparison.Ordinal)
                || FirstNames(header, file).Take(FirstColumns.Length).SequenceEqual(FirstColumns);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> FirstNames(string header, Stream file)
    {
        if (header.StartsWith("PAR1", StringComparison.Ordinal)) return ParquetNames(file);
        string line = header.Split('\n')[0];
        if (!line.StartsWith('{')) return line.Split(',');
        using var row = JsonDocument.Parse(line);
        return [.. row.RootElement.EnumerateObject().Select(property => property.Name)];
    }

    private static IEnumerable<string> ParquetNames(Stream file)
    {
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
