using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Trains a network in place.</summary>
/// <remarks>
/// The same network, recipe and images give the same weights on the same device and number of torch threads. Training
/// leaves the network with the weights of the last step, or with their moving average if the recipe has one. If the
/// recipe has a patience, the network gets the weights of the best epoch instead.
/// <see cref="SequentialModel.Fit"/> runs the same loop.
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
    /// <exception cref="ArgumentException">
    /// A setting of the recipe is out of range, or the recipe has a patience but no validation split.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network doesn't end in probabilities.</exception>
    public Trainer(SequentialModel network, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Validate();
        network.RequireOutputsFor(network.Loss);
        (_network, _recipe) = (network, recipe);
    }

    /// <summary>Gets the callbacks of the run.</summary>
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];

    /// <summary>Gets the clock that times the epochs. The default is the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets the checkpoint, which is saved after each epoch. The run resumes from it if its file exists.
    /// </summary>
    internal Checkpoint? Checkpoint { get; init; }

    /// <summary>Gets the state to continue from, or <see langword="null"/> to start from a new state.</summary>
    internal TrainingState? State { get; init; }

    /// <summary>Trains to the end of the recipe, or until cancellation.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <exception cref="ArgumentException">
    /// There are too few images to hold out the recipe's validation split.
    /// </exception>
    public TrainingResult Train(DigitImages images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        int heldOut = _recipe.HeldOut(images.Count);
        using DigitTensors data = AddDrawn(images.Slice(0, images.Count - heldOut));
        using DigitTensors? validation = heldOut == 0
            ? null
            : new DigitTensors(images.Slice(images.Count - heldOut, heldOut), _network.Device);
        return Train(
            data.Images, data.Targets, data.IsDigit,
            validation is null ? null : (validation.Images, validation.Targets), cancellation);
    }

    /// <summary>
    /// Trains on inputs [N, …] and their labels. The recipe's validation split holds out the last ones, unless there
    /// are other inputs to validate on.
    /// </summary>
    internal TrainingResult Train(
        Tensor inputs, Tensor targets, (Tensor Inputs, Tensor Targets)? validation, CancellationToken cancellation)
    {
        long heldOut = _recipe.HeldOut((int)inputs.shape[0]), count = inputs.shape[0] - heldOut;
        using var scope = NewDisposeScope();
        return Train(
            inputs.narrow(0, 0, count), targets.narrow(0, 0, count), counted: null,
            heldOut == 0 ? validation : (inputs.narrow(0, count, heldOut), targets.narrow(0, count, heldOut)),
            cancellation);
    }

    private TrainingResult Train(
        Tensor inputs, Tensor targets, Tensor? counted, (Tensor Inputs, Tensor Targets)? validation,
        CancellationToken cancellation)
    {
        using TrainingState? own = State is null ? new TrainingState(_network, _recipe) : null;
        TrainingState state = State ?? own!;
        using var dropout = new GlobalRandom();
        Checkpoint?.Restore(state);
        _network.StopTraining = false;
        var augmenter = _recipe.Augmentation is { } strength ? new ImageAugmenter(strength, state.Random) : null;
        long total = inputs.shape[0];
        int steps = (int)((total + _recipe.BatchSize - 1) / _recipe.BatchSize);

        while (!_recipe.EndsAfter(state.Epochs) && !_network.StopTraining)
        {
            int epoch = state.Epochs.Count + 1;
            long started = Clock.GetTimestamp();
            double lossSum = 0, rate = 0;
            long correct = 0, judged = 0, seen = 0;
            var metrics = new MetricSums(_network);
            using Tensor order = randperm(total, generator: state.Random);
            GlobalRandom.Seed(state.Random);
            _network.Train();
            for (int step = 1; step <= steps; step++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    return Finish(state, step - 1, Clock.GetElapsedTime(started).TotalSeconds, interrupted: true);
                }

                using var scope = NewDisposeScope();
                long count = Math.Min(_recipe.BatchSize, total - seen);
                Tensor batch = order.narrow(0, seen, count).to(_network.Device);
                Tensor images = inputs.index_select(0, batch);
                Tensor labels = targets.index_select(0, batch);
                if (augmenter is not null) images = augmenter.Apply(images);

                Tensor logits = _network.Logits.call(ChannelsLast.Of(images));
                Tensor loss = _network.Loss.Of(_network, logits, labels);
                _network.Logits.zero_grad();
                loss.backward();
                long totalSteps = (long)(epoch - 1) * steps + step;
                rate = _recipe.LearningRateAt(totalSteps, (long)steps * _recipe.Epochs);
                foreach (Callback callback in Callbacks) rate = callback.LearningRate(epoch, rate);
                state.Step(totalSteps, rate);

                seen += count;
                lossSum += loss.item<float>() * count;
                Tensor classes = _network.Loss.ClassesOf(labels), right = logits.argmax(1).eq(classes);
                metrics.Add(logits, classes);
                Tensor? judges = counted?.index_select(0, batch);
                judged += judges?.sum().item<long>() ?? count;
                correct += (judges is null ? right : right.logical_and(judges)).sum().item<long>();
                var progress = new TrainingProgress(
                    epoch, _recipe.Epochs, step, steps, seen, lossSum / seen, Fraction(correct, judged),
                    Clock.GetElapsedTime(started));
                foreach (Callback callback in Callbacks) callback.OnStep(progress);
            }

            state.Average?.Swap();
            Score? validated = validation is var (x, y) ? _network.Evaluate(x, y) : null;
            bool hasMetrics = _network.Metrics.Count > 0;
            state.Epochs.Add(new EpochMetrics(
                epoch, lossSum / seen, Fraction(correct, judged), validated?.Loss, validated?.Accuracy,
                Clock.GetElapsedTime(started).TotalSeconds)
            {
                LearningRate = rate,
                Metrics = hasMetrics ? metrics.Means() : null,
                ValidationMetrics = hasMetrics ? validated?.Metrics : null,
            });
            state.Best?.OnEpoch(_network, state.Epochs);
            state.Average?.Swap();
            Checkpoint?.Save(state);
            state.Average?.Swap();
            foreach (Callback callback in Callbacks) callback.OnEpoch(_network, state.Epochs);
            state.Average?.Swap();
        }

        return Finish(state, steps: 0, stepSeconds: 0, interrupted: false);
    }

    private TrainingResult Finish(TrainingState state, int steps, double stepSeconds, bool interrupted)
    {
        state.Average?.Swap();
        state.Best?.OnEnd(_network);
        foreach (Callback callback in Callbacks) callback.OnEnd(_network);
        return new TrainingResult([.. state.Epochs], steps, stepSeconds, interrupted);
    }

    private static double Fraction(long part, long whole) => (double)part / Math.Max(1, whole);

    private DigitTensors AddDrawn(DigitImages images)
    {
        if (_recipe.Drawn is not { } drawn) return new DigitTensors(images, _network.Device);
        DigitImages common = DigitGenerator.Draw(_recipe.Seed, drawn.Digits);
        DigitImages rare = DigitGenerator.DrawRare(_recipe.Seed, drawn.RareDigits);
        DigitImages digits = images.Append(common).Append(rare);
        return new DigitTensors(digits, DigitGenerator.DrawNonDigits(_recipe.Seed, drawn.NonDigits), _network.Device);
    }
}
