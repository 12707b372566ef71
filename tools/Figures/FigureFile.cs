using System.Text.Encodings.Web;
using System.Text.Json;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Tools.Figures;

/// <summary>Figures on disk, from which the pages' tables are made.</summary>
public static class FigureFile
{
    private static readonly JsonSerializerOptions OnALine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Format = new(OnALine) { WriteIndented = true, NewLine = "\n" };

    public static void Write<T>(string path, T figures) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, figures, Format);
        stream.Write("\n"u8);
    });

    /// <summary>Adds a figure to a file that has one on each line.</summary>
    public static void Append<T>(string path, T figure) => File.AppendAllText(path, JsonSerializer.Serialize(figure, OnALine) + "\n");

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static T Read<T>(string path) => Parse<T>(File.ReadAllText(path), path);

    /// <summary>A file with a figure on each line.</summary>
    /// <exception cref="InvalidDataException">A line holds something else.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string path) => [.. File.ReadLines(path).Select(line => Parse<T>(line, path))];

    private static T Parse<T>(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Format) ?? throw new JsonException("It holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} does not hold figures: {e.Message} Measure them again with the tool that its page names.", e);
        }
    }
}
