using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Trains a network in place.</summary>
/// <remarks>
/// The same network, recipe and images give the same weights on the same device and number of torch threads. Training
/// leaves the network with the weights of the last step, or with their moving average if the recipe has one.
/// </remarks>
/// <example>
/// <code>
/// using SequentialModel network = DigitNetworks.Create("conv", seed: 1);
/// TrainingResult result = new Trainer(network, Recipe.For("conv")).Train(data.Train);
/// </code>
/// </example>
public sealed class Trainer
{
    private readonly SequentialModel _network;
    private readonly Recipe _recipe;

    /// <summary>Initializes a trainer.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="recipe">The settings to train it with.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting of the recipe is out of range.</exception>
    public Trainer(SequentialModel network, Recipe recipe)
    {
        recipe.Validate();
        (_network, _recipe) = (network, recipe);
    }

    /// <summary>Gets the observer that follows the run.</summary>
    public ITrainingObserver? Observer { get; init; }

    /// <summary>Gets the clock that times the epochs. The default is the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets the checkpoint, which is saved after each epoch. The run resumes from it if its file exists.
    /// </summary>
    internal Checkpoint? Checkpoint { get; init; }

    /// <summary>Trains to the end of the recipe, or until cancellation.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">
    /// There are too few images to hold out the recipe's validation split.
    /// </exception>
    public TrainingResult Train(DigitImages images, CancellationToken cancellation = default)
    {
        (DigitImages training, DigitImages heldOut) = Split(images);
        using DigitTensors data = AddDrawn(training);
        using DigitTensors? validation = heldOut.Count == 0 ? null : new DigitTensors(heldOut, _network.Device);
        using var state = new TrainingState(_network, _recipe);
        using var dropout = new GlobalRandom();
        Checkpoint?.Restore(state);
        var augmenter = _recipe.Augmentation is { } strength ? new ImageAugmenter(strength, state.Random) : null;
        int steps = (data.Count + _recipe.BatchSize - 1) / _recipe.BatchSize;

        for (int epoch = state.Epochs.Count + 1; epoch <= _recipe.Epochs; epoch++)
        {
            long started = Clock.GetTimestamp();
            double lossSum = 0;
            long correct = 0, digits = 0, seen = 0;
            using Tensor order = randperm(data.Count, generator: state.Random);
            GlobalRandom.Seed(state.Random);
            _network.Logits.train();
            for (int step = 1; step <= steps; step++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return Finish(state, step - 1, Clock.GetElapsedTime(started).TotalSeconds, interrupted: true);
                }

                using var scope = NewDisposeScope();
                long count = Math.Min(_recipe.BatchSize, data.Count - seen);
                Tensor batch = order.narrow(0, seen, count).to(_network.Device);
                Tensor pixels = data.Images.index_select(0, batch);
                Tensor targets = data.Targets.index_select(0, batch);
                if (augmenter is not null) pixels = augmenter.Apply(pixels);

                Tensor logits = _network.Logits.call(ChannelsLast.Of(pixels));
                Tensor loss = nn.functional.cross_entropy(logits, targets);
                _network.Logits.zero_grad();
                loss.backward();
                long totalSteps = (long)(epoch - 1) * steps + step;
                state.Step(totalSteps, _recipe.LearningRateAt(totalSteps, (long)steps * _recipe.Epochs));

                seen += count;
                lossSum += loss.item<float>() * count;
                Tensor isDigit = data.IsDigit.index_select(0, batch);
                digits += isDigit.sum().item<long>();
                correct += logits.argmax(1).eq(targets.argmax(1)).logical_and(isDigit).sum().item<long>();
                Observer?.OnProgress(new TrainingProgress(
                    epoch, _recipe.Epochs, step, steps, seen, lossSum / seen, Fraction(correct, digits),
                    Clock.GetElapsedTime(started)));
            }

            Evaluation? validated = validation is null ? null : Validate(state, validation);
            var metrics = new EpochMetrics(
                epoch, lossSum / seen, Fraction(correct, digits), validated?.Loss, validated?.Accuracy,
                Clock.GetElapsedTime(started).TotalSeconds);
            state.Epochs.Add(metrics);
            Checkpoint?.Save(state);
            Observer?.OnEpoch(state.Epochs);
        }

        return Finish(state, steps: 0, stepSeconds: 0, interrupted: false);
    }

    private static TrainingResult Finish(TrainingState state, int steps, double stepSeconds, bool interrupted)
    {
        state.Average?.Swap();
        return new TrainingResult(state.Epochs, steps, stepSeconds, interrupted);
    }

    private Evaluation Validate(TrainingState state, DigitTensors validation)
    {
        state.Average?.Swap();
        Evaluation evaluation = Evaluation.Of(_network, validation);
        state.Average?.Swap();
        return evaluation;
    }

    private static double Fraction(long part, long whole) => (double)part / Math.Max(1, whole);

    // Holds out the last images.
    private (DigitImages Training, DigitImages HeldOut) Split(DigitImages images)
    {
        int heldOut = (int)Math.Round(images.Count * _recipe.ValidationSplit);
        if (heldOut >= images.Count || (heldOut == 0 && _recipe.ValidationSplit > 0))
        {
            throw new ArgumentException(
                $"{images.Count} images are too few to hold out {_recipe.ValidationSplit:P1}.", nameof(images));
        }

        return (images.Slice(0, images.Count - heldOut), images.Slice(images.Count - heldOut, heldOut));
    }

    private DigitTensors AddDrawn(DigitImages images)
    {
        if (_recipe.Drawn is not { } drawn) return new DigitTensors(images, _network.Device);
        DigitImages common = DigitGenerator.Draw(_recipe.Seed, drawn.Digits);
        DigitImages rare = DigitGenerator.DrawRare(_recipe.Seed, drawn.RareDigits);
        var digits = new DigitImages(
            (byte[])[.. images.Pixels.Span, .. common.Pixels.Span, .. rare.Pixels.Span],
            (byte[])[.. images.Labels.Span, .. common.Labels.Span, .. rare.Labels.Span]);
        return new DigitTensors(digits, DigitGenerator.DrawNonDigits(_recipe.Seed, drawn.NonDigits), _network.Device);
    }
}
