using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>The results that were kept, a small file each; one of other layers, recipes or data counts no more.</summary>
/// <param name="folder">Where they are.</param>
/// <param name="dataSet">Name of the data set.</param>
/// <param name="sha256">Its digest.</param>
internal sealed class AblationResults(string folder, string dataSet, string sha256)
{
    /// <summary>Weights depend on the number of threads; one is what every machine has.</summary>
    public const int Threads = 1;

    // What a recipe leaves out is left out, so that another part that recipes may have makes no result stale.
    private static readonly JsonSerializerOptions Json = new(RunData.Json)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <returns>null where there is none.</returns>
    public AblationResult? Find(Ablation ablation, long seed)
    {
        using DigitNetwork network = ablation.Create(seed);
        return AblationResult.TryRead(FileOf(ablation, seed), DigestOf(Identity(ablation, network, seed)));
    }

    public void Keep(Ablation ablation, long seed, AblationResult result) => result.Write(FileOf(ablation, seed));

    /// <summary>All that decides the weights. This program's version is left out: layers and recipe say what it does.</summary>
    public RunIdentity Identity(Ablation ablation, DigitNetwork network, long seed) => RunIdentity.Of(
        network, Recipe.For(ablation.Recipe) with { Seed = seed }, dataSet,
        ablation.ShufflesPixels ? ShuffledPixels.Digest(sha256) : sha256) with
    {
        Threads = Threads,
        Version = "",
    };

    public static string DigestOf(RunIdentity identity) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            identity.Network,
            identity.Architecture,
            identity.Recipe,
            identity.DataSet,
            identity.DataSetSha256,
            identity.Threads,
            identity.Version,
            identity.Torch,
        }, Json)));

    private string FileOf(Ablation ablation, long seed) => Path.Combine(folder, $"{ablation.FileName}-{seed}.json");
}
