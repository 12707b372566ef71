using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Shards;

/// <summary>Represents the rows of a shard and their manifest, which appears when the rows are complete.</summary>
/// <param name="path">The path of the rows.</param>
/// <param name="shard">The shard.</param>
/// <param name="run">The run that the shard is a part of.</param>
/// <param name="inputs">The files of the shard in the order of the rows.</param>
internal sealed class ShardFile(string path, Shard shard, ShardRun run, IEnumerable<InputFile> inputs)
{
    private readonly string _inputs = HashOf(inputs);

    /// <summary>Indicates whether the rows and their manifest exist and belong to this run.</summary>
    public bool IsFinished() =>
        ShardManifest.TryRead(ShardManifest.PathOf(path)) is { } manifest
        && manifest.Shard == shard.Number
        && manifest.Inputs == _inputs
        && ShardManifest.Difference(manifest.Run, run) is null
        && File.Exists(path)
        && new FileInfo(path).Length == manifest.Bytes
        && Sha256Of(path) == manifest.Sha256;

    /// <summary>Creates the folder, and removes the files that a killed run of this shard left there.</summary>
    public void Prepare()
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        foreach (string left in Directory.EnumerateFiles(folder, $"{Path.GetFileName(path)}.*.tmp")) File.Delete(left);
    }

    /// <summary>Writes the manifest of complete rows.</summary>
    public void Complete(RowSums sums) =>
        new ShardManifest(run, shard.Number, _inputs, new FileInfo(path).Length, Sha256Of(path), sums)
            .Write(ShardManifest.PathOf(path));

    /// <summary>Returns the SHA-256 of a file in hexadecimal.</summary>
    public static string Sha256Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string HashOf(IEnumerable<InputFile> inputs)
    {
        var hash = new XxHash128();
        foreach (var input in inputs) hash.Append(Encoding.UTF8.GetBytes($"{input.Path}\0"));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
