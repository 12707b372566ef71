using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>Trains what has not been trained yet, and keeps what it came to: minutes each, so never twice.</summary>
/// <param name="results">What was kept.</param>
/// <param name="work">The folder of checkpoints: a run that was stopped goes on.</param>
/// <param name="data">What is learned and read.</param>
internal sealed class AblationRuns(AblationResults results, string work, DigitDataSet data)
{
    /// <summary>The result, kept or new.</summary>
    public AblationResult Get(Ablation ablation, long seed, Action<string> tell)
    {
        if (results.Find(ablation, seed) is { } kept) return kept;

        tell($"{ablation.Name}, seed {seed}: training");
        AblationResult result = Train(ablation, seed, tell);
        results.Keep(ablation, seed, result);
        tell($"{ablation.Name}, seed {seed}: {result.TestAccuracy:0.0000}");
        return result;
    }

    private AblationResult Train(Ablation ablation, long seed, Action<string> tell)
    {
        torch.set_num_threads(AblationResults.Threads);
        using DigitNetwork network = ablation.Create(seed);
        RunIdentity identity = results.Identity(ablation, network, seed);
        string digest = AblationResults.DigestOf(identity);
        string folder = Path.Combine(work, digest[..16]);
        Directory.CreateDirectory(folder);
        var checkpoint = new Checkpoint(folder, identity, tell);
        new Trainer(network, identity.Recipe) { Checkpoint = checkpoint }.Train(Images(ablation, data.Train));
        using var test = new DigitTensors(Images(ablation, data.Test));
        var result = new AblationResult(digest, network.ParameterCount, Evaluation.Of(network, test).Accuracy);
        checkpoint.Delete();
        return result;
    }

    private static DigitImages Images(Ablation ablation, DigitImages images) =>
        ablation.ShufflesPixels ? ShuffledPixels.Of(images) : images;
}
