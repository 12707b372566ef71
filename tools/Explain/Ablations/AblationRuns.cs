using System.Security.Cryptography;
using System.Text.Json;
using OnnxDigits.Data;
using OnnxDigits.Training;
using OnnxDigits.Training.Internals;
using OnnxDigits.Training.Internals.Checkpoints;
using TorchSharp;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>Trains what has not been trained yet, and keeps what it came to: minutes each, so never twice.</summary>
/// <param name="results">The folder of the results, a small file each.</param>
/// <param name="work">The folder of checkpoints: a run that was stopped goes on.</param>
/// <param name="data">What is learned and read.</param>
internal sealed class AblationRuns(string results, string work, DigitDataSet data)
{
    // Weights depend on the number of threads; one is what every machine has.
    private const int Threads = 1;

    /// <summary>The result, if it was kept and is of these networks, recipes and data.</summary>
    public AblationResult? Kept(Ablation ablation, long seed)
    {
        using DigitNetwork network = ablation.Create(seed);
        return AblationResult.TryRead(FileOf(ablation, seed), DigestOf(Identity(ablation, network, seed)));
    }

    /// <summary>The result, kept or new.</summary>
    public AblationResult Get(Ablation ablation, long seed, Action<string> tell)
    {
        if (Kept(ablation, seed) is { } kept) return kept;

        tell($"{ablation.Name}, seed {seed}: training");
        AblationResult result = Train(ablation, seed, tell);
        result.Write(FileOf(ablation, seed));
        tell($"{ablation.Name}, seed {seed}: {result.TestAccuracy:0.0000}");
        return result;
    }

    private AblationResult Train(Ablation ablation, long seed, Action<string> tell)
    {
        torch.set_num_threads(Threads);
        using DigitNetwork network = ablation.Create(seed);
        RunIdentity identity = Identity(ablation, network, seed);
        string digest = DigestOf(identity);
        string folder = Path.Combine(work, digest[..16]);
        Directory.CreateDirectory(folder);
        var files = new CheckpointFiles(folder);
        var checkpointing = new Checkpointing(
            new CheckpointWriter(files, identity, tell), files.ReadLastGood(tell), TimeSpan.FromSeconds(30), TimeProvider.System,
            CancellationToken.None);
        new Trainer(network, identity.Recipe).Train(Images(ablation, data.Train), new Silent(), checkpointing, CancellationToken.None);
        using var test = new DigitTensors(Images(ablation, data.Test));
        var result = new AblationResult(digest, network.ParameterCount, Evaluation.Of(network, test).Accuracy);
        files.Delete();
        return result;
    }

    private string FileOf(Ablation ablation, long seed) => Path.Combine(results, $"{ablation.FileName}-{seed}.json");

    private static DigitImages Images(Ablation ablation, DigitImages images) =>
        ablation.ShufflesPixels ? ShuffledPixels.Of(images) : images;

    // This program's version is left out: what it decides is in the layers and the recipe.
    private RunIdentity Identity(Ablation ablation, DigitNetwork network, long seed) =>
        RunIdentity.Of(network, Recipe.For(ablation.Recipe) with { Seed = seed }, data) with
        {
            DataSetSha256 = ablation.ShufflesPixels ? ShuffledPixels.Digest(data.Sha256) : data.Sha256,
            Threads = Threads,
            Version = "",
        };

    private static string DigestOf(RunIdentity identity) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(identity, RunData.Json)));

    private sealed class Silent : ITrainingObserver
    {
        public void OnProgress(TrainingProgress progress)
        {
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }
    }
}
