using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OnnxDigits.Training.Reports;

/// <summary>Reads and writes JSON files: indented, camel case, with names for enum values.</summary>
public static class ReportJson
{
    internal static JsonSerializerOptions Options { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // The text is never embedded in HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonDocumentOptions WrittenByHand { get; } = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Writes a value as UTF-8 JSON with a final newline.</summary>
    /// <param name="value">The value.</param>
    public static byte[] ToUtf8<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    /// <summary>Reads a value.</summary>
    /// <param name="utf8">The JSON text.</param>
    /// <exception cref="JsonException">The text isn't JSON of this type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException("The file holds no value.");

    /// <summary>Reads a file that people write. It may have comments and trailing commas.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="CommandException">The file cannot be read, or holds no JSON object.</exception>
    internal static JsonObject ReadObject(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: WrittenByHand) as JsonObject
                ?? throw new CommandException($"'{path}' holds no JSON object.");
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" LineNumber:")[0];
            // The error about a repeated name has no line.
            string line = e.LineNumber is long number ? $"line {number + 1}: " : "";
            throw new CommandException($"'{path}' isn't JSON: {line}{reason}", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            bool isMissing = e is FileNotFoundException or DirectoryNotFoundException;
            throw new CommandException(
                $"'{path}' cannot be read: {(isMissing ? "the file doesn't exist." : e.Message)}", innerException: e);
        }
    }
}
