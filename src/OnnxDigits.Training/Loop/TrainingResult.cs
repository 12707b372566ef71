using System.Text.Json.Serialization;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Loop;

/// <summary>Represents the outcome of a training run.</summary>
/// <param name="Epochs">The metrics of the epochs that the run completed.</param>
/// <param name="Steps">The number of steps after the last complete epoch; 0 unless the run was interrupted.</param>
/// <param name="StepSeconds">The duration of these steps in seconds.</param>
/// <param name="Interrupted">Indicates whether the run was cancelled before its last epoch ended.</param>
public sealed record TrainingResult(
    IReadOnlyList<EpochMetrics> Epochs, int Steps, double StepSeconds, bool Interrupted)
{
    /// <summary>Gets a value that indicates whether the network was trained for at least one step.</summary>
    public bool Trained => Epochs.Count > 0 || Steps > 0;
}

/// <summary>Represents the metrics of one epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Loss">The mean loss on the training images, measured at each step before its update, in nats.</param>
/// <param name="Accuracy">The accuracy on the training images, measured at each step before its update, 0 to 1.</param>
/// <param name="ValidationLoss">
/// The loss on the held-out images after the epoch, or <c>null</c> if none are held out.
/// </param>
/// <param name="ValidationAccuracy">
/// The accuracy on the held-out images, 0 to 1, or <c>null</c> if none are held out.
/// </param>
/// <param name="Seconds">The duration of the epoch, including validation.</param>
public sealed record EpochMetrics(
    int Epoch, double Loss, double Accuracy, double? ValidationLoss, double? ValidationAccuracy, double Seconds)
{
    /// <summary>Gets the learning rate of the last step, or <c>null</c> in files of older versions.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Gets the metrics of <see cref="SequentialModel.Compile"/> on the training images by name, measured at each step
    /// before its update. <c>null</c> if there are no metrics.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>
    /// Gets the metrics on the held-out images after the epoch by name. <c>null</c> if there are no metrics, or if no
    /// images are held out.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? ValidationMetrics { get; init; }

    /// <summary>Returns the metrics by the names that Keras uses, in Keras' order.</summary>
    internal IReadOnlyDictionary<string, double> Figures()
    {
        var figures = new OrderedDictionary<string, double> { ["loss"] = Loss, ["accuracy"] = Accuracy };
        foreach ((string name, double value) in Metrics ?? new Dictionary<string, double>()) figures.Add(name, value);
        if (ValidationLoss is { } loss) figures.Add("val_loss", loss);
        if (ValidationAccuracy is { } accuracy) figures.Add("val_accuracy", accuracy);
        foreach ((string name, double value) in ValidationMetrics ?? new Dictionary<string, double>())
        {
            figures.Add($"val_{name}", value);
        }

        return figures;
    }
}
