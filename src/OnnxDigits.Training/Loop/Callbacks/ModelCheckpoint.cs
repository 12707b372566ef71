using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Saves the weights after each epoch that is the best one so far.</summary>
/// <param name="path">The path of the file, which <see cref="SequentialModel.Load"/> reads.</param>
/// <param name="monitor">The metric that decides which epoch is best.</param>
public sealed class ModelCheckpoint(string path, Metric monitor = Metric.ValidationLoss) : Callback
{
    /// <inheritdoc/>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
        if (epochs.BestBy(monitor) == epochs[^1]) model.Save(path);
    }
}
