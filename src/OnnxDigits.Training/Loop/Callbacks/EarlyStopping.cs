using OnnxDigits.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Stops training when a metric no longer improves, and restores the weights of the best epoch.</summary>
/// <param name="monitor">
/// The name of the metric: <c>loss</c>, <c>accuracy</c>, the name of a <see cref="Metric"/>, or one of these with the
/// prefix <c>val_</c>.
/// </param>
/// <param name="patience">The number of epochs without an improvement after which training stops; at least 1.</param>
public sealed class EarlyStopping(string monitor = "val_loss", int patience = 1) : Callback
{
    private Dictionary<string, Tensor> _best = [];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The epochs don't have the metric.</exception>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
        EpochMetrics best = BestEpoch.By(epochs, monitor), last = epochs[^1];
        if (best == last)
        {
            Forget();
            _best = model.CopyWeights();
        }

        model.StopTraining |= last.Epoch - best.Epoch >= Math.Max(1, patience);
    }

    /// <inheritdoc/>
    public override void OnEnd(SequentialModel model)
    {
        if (_best.Count > 0) model.RestoreWeights(_best);
        Forget();
    }

    /// <summary>Writes the weights of the best epoch.</summary>
    internal void Save(BinaryWriter writer)
    {
        foreach (Tensor weight in _best.Values) weight.Save(writer);
    }

    /// <summary>Reads the output of <see cref="Save"/>.</summary>
    internal void Load(SequentialModel model, BinaryReader reader)
    {
        Forget();
        _best = model.CopyWeights();
        foreach (Tensor weight in _best.Values) weight.Load(reader);
    }

    internal void Forget()
    {
        foreach (Tensor weight in _best.Values) weight.Dispose();
        _best = [];
    }
}
