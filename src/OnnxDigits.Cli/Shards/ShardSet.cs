using System.Text.Json;

namespace OnnxDigits.Cli.Shards;

/// <summary>Represents the finished shards of a run, by their number.</summary>
/// <param name="Shards">The paths of the rows and their manifests.</param>
internal sealed record ShardSet(IReadOnlyList<(string Rows, ShardManifest Manifest)> Shards)
{
    private const int MaxNames = 5;

    public ShardRun Run => Shards[0].Manifest.Run;

    /// <summary>Finds the shards in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extension">The extension of the rows.</param>
    /// <exception cref="CommandException">
    /// A shard is missing, doubled or incomplete, or belongs to another run.
    /// </exception>
    public static ShardSet Find(string folder, string extension)
    {
        if (!Directory.Exists(folder)) throw Error($"'{folder}' is not a folder. Name the folder of the shards.");
        var shards = Directory.GetFiles(folder, ShardManifest.PathOf($"*{extension}"))
            .Order(StringComparer.Ordinal)
            .Select(path => (Rows: ShardManifest.RowsOf(path), Manifest: ShardManifest.TryRead(path)
                ?? throw Error($"'{path}' is not a manifest of infer. Remove it, and run its shard again.")))
            .ToList();
        if (shards is [])
        {
            throw Error($"there are no finished shards in '{folder}' with the extension {extension} of --output.");
        }
        CheckRun(shards);
        shards = [.. shards.OrderBy(shard => shard.Manifest.Shard)];
        foreach (var (one, other) in shards.Zip(shards.Skip(1)))
        {
            if (one.Manifest.Shard == other.Manifest.Shard)
            {
                throw Error($"'{one.Rows}' and '{other.Rows}' are the same shard, {NameOf(one.Manifest)}. Remove one "
                    + "of them and its manifest.");
            }
        }
        CheckMissing(folder, shards);
        foreach (var (rows, manifest) in shards)
        {
            long? bytes = File.Exists(rows) ? new FileInfo(rows).Length : null;
            if (bytes != manifest.Bytes)
            {
                string state = bytes is null ? "does not exist" : $"has {bytes} instead of {manifest.Bytes} bytes";
                throw Error($"'{rows}' {state}. Run shard {NameOf(manifest)} again.");
            }
        }
        return new(shards);
    }

    /// <summary>Returns an error about the shards.</summary>
    public static CommandException Error(string message) => new(message, ExitCode.Data);

    public static string NameOf(ShardManifest manifest) => $"{manifest.Shard}/{manifest.Run.Shards}";

    // A shard of another run differs from most shards.
    private static void CheckRun(List<(string Rows, ShardManifest Manifest)> shards)
    {
        var groups = shards
            .GroupBy(shard => JsonSerializer.Serialize(shard.Manifest.Run, ShardJson.Default.ShardRun))
            .OrderByDescending(group => group.Count())
            .ToList();
        if (groups is not [var most, var others, ..]) return;
        var (one, other) = (most.First(), others.First());
        string? difference = ShardManifest.Difference(one.Manifest.Run, other.Manifest.Run);
        throw Error($"'{other.Rows}' belongs to another run than '{one.Rows}': {difference} differs in the manifests. "
            + "Move it to another folder, or run its shard again.");
    }

    private static void CheckMissing(string folder, List<(string Rows, ShardManifest Manifest)> shards)
    {
        int count = shards[0].Manifest.Run.Shards;
        int[] missing = [.. Enumerable.Range(1, count).Except(shards.Select(shard => shard.Manifest.Shard))];
        if (missing is []) return;
        string names = string.Join(", ", missing.Take(MaxNames).Select(number => $"{number}/{count}"))
            + (missing.Length > MaxNames ? $" and {missing.Length - MaxNames} more" : "");
        throw Error($"'{folder}' has no finished shard {names}. Run {(missing.Length == 1 ? "it" : "them")} again.");
    }
}
