using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Saves the weights after each epoch that is the best one so far.</summary>
/// <param name="path">The path of the file, which <see cref="SequentialModel.Load"/> reads.</param>
/// <param name="monitor">
/// The name of the metric that decides which epoch is best: <c>loss</c>, <c>accuracy</c>, the name of a
/// <see cref="Metric"/>, or one of these with the prefix <c>val_</c>.
/// </param>
public sealed class ModelCheckpoint(string path, string monitor = "val_loss") : Callback
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The epochs don't have the metric.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
        if (BestEpoch.By(epochs, monitor) == epochs[^1]) model.Save(path);
    }
}
