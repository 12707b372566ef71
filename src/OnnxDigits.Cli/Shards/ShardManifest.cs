using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Shards;

/// <summary>Represents the settings that all shards of a run share.</summary>
/// <param name="Command">The paths and the options that affect the rows.</param>
/// <param name="Root">The full path of the folder that contains the inputs.</param>
/// <param name="Format">The format of the rows.</param>
/// <param name="Top">The number of digits in the column <c>top</c>, or 0 without this column.</param>
/// <param name="All">Indicates whether pictures may have several digits.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Version">The version of the command.</param>
/// <param name="Model">The model with its digest and the id of its preprocessing, and the device.</param>
internal sealed record ShardRun(
    IReadOnlyList<string> Command, string Root, string Format, int Top, bool All, int Shards, string Version,
    ModelInfo Model)
{
    /// <summary>Gets the version of this program.</summary>
    public static string VersionOfProgram { get; } = typeof(ShardRun).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

/// <summary>Represents the manifest of a finished shard, a JSON document beside its rows.</summary>
/// <param name="Run">The run that the shard is a part of.</param>
/// <param name="Shard">The number of the shard, from 1.</param>
/// <param name="Inputs">The XXH128 of the paths of the shard's inputs.</param>
/// <param name="Bytes">The length of the file with the rows.</param>
/// <param name="Sha256">The SHA-256 of the file with the rows.</param>
/// <param name="Sums">The counts of the rows.</param>
internal sealed record ShardManifest(
    ShardRun Run, int Shard, string Inputs, long Bytes, string Sha256, RowSums Sums)
{
    private const string Prefix = "_", Extension = ".json";

    /// <summary>Gets the version of the document.</summary>
    public int Schema { get; init; } = Column.Schema;

    /// <summary>Returns the path of the manifest for the path of the rows.</summary>
    /// <remarks>Spark and pandas read all files of a folder except those that begin with an underscore.</remarks>
    public static string PathOf(string rows) =>
        Path.Combine(Path.GetDirectoryName(rows) ?? "", Prefix + Path.GetFileName(rows) + Extension);

    /// <summary>Returns the path of the rows that a manifest describes.</summary>
    public static string RowsOf(string manifest) => Path.Combine(
        Path.GetDirectoryName(manifest) ?? "", Path.GetFileName(manifest)[Prefix.Length..^Extension.Length]);

    /// <summary>Reads a manifest. Returns <c>null</c> if the file is missing or isn't a manifest.</summary>
    public static ShardManifest? TryRead(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ShardJson.Default.ShardManifest);
            return manifest?.Schema == Column.Schema ? manifest : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, ShardJson.Default.ShardManifest));

    /// <summary>Returns the name of the first property in which two runs differ, or <c>null</c>.</summary>
    public static string? Difference(ShardRun one, ShardRun other) => Difference(ToJson(one), ToJson(other), "");

    private static JsonNode ToJson(ShardRun run) => JsonSerializer.SerializeToNode(run, ShardJson.Default.ShardRun)!;

    private static string? Difference(JsonNode? one, JsonNode? other, string name) => (one, other) switch
    {
        _ when JsonNode.DeepEquals(one, other) => null,
        (JsonObject properties, JsonObject others) => properties
            .Select(property => Difference(property.Value, others[property.Key], $"{name}.{property.Key}".Trim('.')))
            .FirstOrDefault(difference => difference is not null),
        _ => name,
    };
}

/// <summary>Represents the counts of the rows of a run.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Statuses">The number of rows with each status.</param>
/// <param name="Digits">The number of rows with each digit.</param>
/// <param name="Confusion">For each label, the number of images read as each digit, blank, and failed.</param>
/// <param name="Skipped">The number of skipped files of each kind.</param>
internal sealed record RowSums(
    int Images, IReadOnlyDictionary<string, int> Statuses, IReadOnlyList<int> Digits,
    IReadOnlyList<IReadOnlyList<long>> Confusion, IReadOnlyDictionary<string, int> Skipped);

[JsonSerializable(typeof(ShardManifest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
internal sealed partial class ShardJson : JsonSerializerContext;
