using System.ComponentModel.DataAnnotations;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Recipes;

/// <summary>Represents the settings that decide how a network is trained.</summary>
/// <remarks>
/// The defaults are the settings of the Keras notebook: RMSprop with a constant learning rate on unchanged images.
/// RMSprop follows Keras 2.3, which adds epsilon outside the root.
/// </remarks>
public sealed record Recipe
{
    // The fraction of the steps over which the learning rate rises.
    private const double WarmUp = 1 / 20.0;

    /// <summary>Gets the number of passes over the training images; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public required int Epochs { get; init; }

    /// <summary>Gets the number of images per step; at least 1.</summary>
    [Range(1, int.MaxValue)]
    public required int BatchSize { get; init; }

    /// <summary>
    /// Gets the seed of the initial weights, the order of the images and the augmentation. The default is 1.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>Gets the optimizer and its settings. The default is RMSprop with a learning rate of 0.001.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>
    /// Gets the decay per step of the moving average of the weights, 0 to below 1. Training leaves the network with the
    /// averaged weights. The default, 0, turns averaging off.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double AveragingDecay { get; init; }

    /// <summary>Gets the drawn images added to the training images, or <see langword="null"/> for none.</summary>
    public DrawnImages? Drawn { get; init; }

    /// <summary>Gets the random changes applied to each batch of images, or <see langword="null"/> for none.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>
    /// Gets the fraction of the training images, 0 to below 1, held out to measure validation loss and accuracy after
    /// each epoch. Like Keras' <c>validation_split</c>, it takes the last images. The default, 0, trains on all images.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double ValidationSplit { get; init; }

    /// <summary>
    /// Gets the number of epochs without a lower validation loss after which training stops with the weights of the
    /// best epoch. The default, 0, trains all epochs and keeps the weights of the last epoch.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int Patience { get; init; }

    /// <summary>
    /// Gets the rate of the network's dropout layers, 0 to below 1. A network without such layers gets one before its
    /// last layer. With the default, <see langword="null"/>, the layers have their own rates.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? DropoutRate { get; init; }

    /// <summary>Returns the recipe of a network.</summary>
    /// <param name="network">One of <see cref="DigitNetworks.Names"/>.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Recipe For(string network) => DigitNetworks.Find(network).Recipe;

    /// <summary>Returns the learning rate of a step.</summary>
    /// <param name="step">The number of the step in the run, from 1 to <paramref name="steps"/>.</param>
    /// <param name="steps">The number of steps in the run.</param>
    public double LearningRateAt(long step, long steps)
    {
        double peak = Optimizer.LearningRate;
        if (Optimizer.Schedule == LearningRateSchedule.Constant) return peak;

        double warmUp = Math.Max(1, steps * WarmUp);
        return step <= warmUp
            ? peak * step / warmUp
            : peak * (1 + Math.Cos(Math.PI * (step - warmUp) / (steps - warmUp))) / 2;
    }

    /// <summary>Indicates whether training ends after these epochs.</summary>
    internal bool EndsAfter(IReadOnlyList<EpochMetrics> epochs) => epochs.Count >= Epochs
        || (Patience > 0 && KeptOf(epochs) is { } best && epochs[^1].Epoch - best.Epoch >= Patience);

    /// <summary>Returns the epoch whose weights the network keeps, or <c>null</c> if there are no epochs.</summary>
    internal EpochMetrics? KeptOf(IReadOnlyList<EpochMetrics> epochs) =>
        Patience > 0 && epochs.Count > 0 ? BestEpoch.By(epochs, "val_loss") : epochs.LastOrDefault();

    /// <summary>Returns the number of training images, the last ones, to hold out.</summary>
    /// <exception cref="ArgumentException">None would be held out, or none would be left to train on.</exception>
    internal int HeldOut(int images)
    {
        int heldOut = (int)Math.Round(images * ValidationSplit);
        if (heldOut >= images || (heldOut == 0 && ValidationSplit > 0))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A validation split of {ValidationSplit} holds out {heldOut} of {images} images. ")
                + "Hold out at least one, and leave one to train on.");
        }

        return heldOut;
    }

    /// <summary>Throws if a setting is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">There is a patience, but no images are held out.</exception>
    internal void Validate()
    {
        if (Patience > 0 && ValidationSplit == 0)
        {
            throw new ArgumentException("patience needs a validationSplit above 0.");
        }

        foreach (Setting setting in Setting.Of<Recipe>().Leaves)
        {
            if (setting.ValueIn(this) is { } value && !setting.IsInRange(value))
            {
                throw new ArgumentOutOfRangeException(
                    setting.Path, value, $"{setting.Path} needs {setting.AcceptedValues}.");
            }
        }
    }
}
