using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>
/// All that a run under way consists of. The order of images is not among it, because the seed and the number of the
/// epoch decide it.
/// </summary>
/// <param name="network">The network that is trained in place.</param>
/// <param name="memory">What a step remembers: named tensors that it changes in place.</param>
internal sealed class TrainingState(DigitNetwork network, IEnumerable<KeyValuePair<string, Tensor>> memory) : IDisposable
{
    private const string RandomName = "random/torch";

    public TrainingPosition Position { get; set; } = TrainingPosition.Start;

    /// <summary>Metrics of the epochs that are done.</summary>
    public List<EpochMetrics> Epochs { get; } = [];

    public BestWeights Best { get; } = new(network);

    /// <summary>Ends the epoch under way.</summary>
    public void EndEpoch(EpochMetrics metrics)
    {
        Epochs.Add(metrics);
        Best.Offer(metrics);
        Position = TrainingPosition.AtEpoch(metrics.Epoch + 1);
    }

    /// <summary>Hands every tensor over under its name, for reading.</summary>
    public void Read(Action<IReadOnlyList<KeyValuePair<string, Tensor>>> read)
    {
        using Tensor random = torch.random.get_rng_state();
        var best = Best.Weights.Select(weight => KeyValuePair.Create($"best/{weight.Key}", weight.Value));
        read([.. Live(), .. best, new(RandomName, random)]);
    }

    /// <summary>Becomes the state that a checkpoint holds.</summary>
    /// <exception cref="DamagedCheckpointException">It lacks a tensor, or one has another shape or type.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        using var noGradients = no_grad();
        foreach ((string name, Tensor target) in Live())
        {
            using Tensor saved = checkpoint.Tensors.Read(name);
            if (!saved.shape.SequenceEqual(target.shape) || saved.dtype != target.dtype)
                throw new DamagedCheckpointException($"its tensor '{name}' has another shape or type than the network's");
            target.copy_(saved);
        }

        using Tensor random = checkpoint.Tensors.Read(RandomName);
        torch.random.set_rng_state(random);
        Position = checkpoint.Progress.Position;
        Epochs.AddRange(checkpoint.Progress.Epochs);
        if (checkpoint.Progress.BestEpoch == 0) return;
        Best.Adopt(
            Epochs[checkpoint.Progress.BestEpoch - 1],
            network.Logits.state_dict().Keys.ToDictionary(name => name, name => checkpoint.Tensors.Read($"best/{name}")));
    }

    public void Dispose() => Best.Dispose();

    private IEnumerable<KeyValuePair<string, Tensor>> Live() =>
    [
        .. network.Logits.state_dict().Select(weight => KeyValuePair.Create($"weights/{weight.Key}", weight.Value)),
        .. memory,
    ];
}
