using System.Text.Json;
using OnnxDigits.Data.Internals;

namespace OnnxDigits.Tools.PreprocessingTable;

/// <summary>Figures on disk, from which the pages' tables are made.</summary>
internal static class FigureFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write<T>(string path, T figures) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, figures, Format);
        stream.Write("\n"u8);
    });

    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Format) ?? throw new JsonException("It holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} does not hold figures: {e.Message} Measure them again with tools/PreprocessingTable --record.", e);
        }
    }
}
