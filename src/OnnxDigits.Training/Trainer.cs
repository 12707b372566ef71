using OnnxDigits.Data;
using OnnxDigits.Training.Internals;
using OnnxDigits.Training.Internals.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training;

/// <summary>The training loop.</summary>
/// <remarks>
/// At a fixed seed and number of torch threads, the same images give the same weights. The network ends with the
/// weights of the epoch that did best on the held-out images, never on the test images.
/// </remarks>
public sealed class Trainer
{
    private readonly DigitNetwork _network;
    private readonly Recipe _recipe;
    private readonly TimeProvider _clock;

    /// <summary>Prepares to train a network in place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Epochs or batch size below 1, or a split outside 0..1.</exception>
    public Trainer(DigitNetwork network, Recipe recipe, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(recipe.ValidationSplit, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(recipe.ValidationSplit, 1);
        _network = network;
        _recipe = recipe;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Steps from one progress report to the next; the last step of an epoch is always reported.</summary>
    internal int StepsBetweenReports { get; init; } = 10;

    /// <summary>Trains to the end of the recipe, or to the step at which it is cancelled.</summary>
    /// <param name="images">Training images; the last ones are held out for validation.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellation">Ends the run after the current step; the best weights so far are kept.</param>
    /// <exception cref="ArgumentException">Too few images to hold one out.</exception>
    public TrainingResult Train(DigitImages images, ITrainingObserver observer, CancellationToken cancellation = default) =>
        Train(images, observer, checkpointing: null, cancellation);

    /// <summary>Trains as above from where a checkpoint stopped, and writes checkpoints.</summary>
    internal TrainingResult Train(
        DigitImages images, ITrainingObserver observer, Checkpointing? checkpointing, CancellationToken cancellation)
    {
        int heldOut = (int)Math.Round(images.Count * _recipe.ValidationSplit);
        if (heldOut < 1 || heldOut >= images.Count)
            throw new ArgumentException($"{images.Count} images are too few to hold out {_recipe.ValidationSplit:P1}.", nameof(images));

        using var training = new DigitTensors(images.Slice(0, images.Count - heldOut));
        using var validation = new DigitTensors(images.Slice(images.Count - heldOut, heldOut));
        using var optimizer = optim.RMSProp(
            _network.Logits.parameters(), _recipe.LearningRate, _recipe.Rho, _recipe.Epsilon);
        using var state = new TrainingState(_network, RmsPropState.Of(_network, optimizer));
        checkpointing?.Start(state);
        var order = new ImageOrder(training.Count, _recipe.Seed);
        var pace = new Pace(_clock, ImagesLeft(state.Position, training.Count));
        bool whole = true;

        while (state.Position.Epoch <= _recipe.Epochs && !cancellation.IsCancellationRequested)
        {
            long[] shuffled = order.Of(state.Position.Epoch);
            whole = RunEpoch(state, training, shuffled, optimizer, pace, observer, checkpointing, cancellation);
            // Before the metrics of a part of an epoch come in: they are for people, and no part of the run.
            if (!whole) checkpointing?.AtStop(state);
            if (state.Position.Step == 0) break;

            long trained = _clock.GetTimestamp();
            Evaluation held = Evaluation.Of(_network, validation);
            EpochMetrics metrics = Measure(state.Position, training.Count, held, _clock.GetElapsedTime(trained));
            state.EndEpoch(metrics);
            observer.OnEpoch(metrics);
            if (!whole) break;

            if (cancellation.IsCancellationRequested) checkpointing?.AtStop(state);
            else checkpointing?.AfterEpoch(state);
        }

        state.Best.Restore();
        return new TrainingResult(state.Epochs, state.Best.Epoch, !whole || state.Position.Epoch <= _recipe.Epochs);
    }

    private bool RunEpoch(
        TrainingState state, DigitTensors data, long[] order, optim.Optimizer optimizer, Pace pace,
        ITrainingObserver observer, Checkpointing? checkpointing, CancellationToken cancellation)
    {
        _network.Logits.train();
        using Tensor permutation = tensor(order);
        int steps = (data.Count + _recipe.BatchSize - 1) / _recipe.BatchSize;
        TrainingPosition start = state.Position;
        double lossSum = start.LossSum;
        long right = start.Right;
        int seen = Seen(start, data.Count);
        long started = _clock.GetTimestamp();
        pace.Resume();
        for (int step = start.Step + 1; step <= steps && !cancellation.IsCancellationRequested; step++)
        {
            using var scope = NewDisposeScope();
            Tensor batch = permutation[seen..Math.Min(seen + _recipe.BatchSize, data.Count)];
            Tensor targets = data.Targets.index_select(0, batch);
            Tensor logits = _network.Logits.forward(data.Images.index_select(0, batch));
            Tensor loss = nn.functional.cross_entropy(logits, targets);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();

            int count = (int)batch.shape[0];
            lossSum += loss.item<float>() * count;
            right += logits.argmax(1).eq(targets.argmax(1)).sum().item<long>();
            seen += count;
            pace.Count(count);
            double seconds = start.Seconds + _clock.GetElapsedTime(started).TotalSeconds;
            state.Position = new TrainingPosition(start.Epoch, step, lossSum, right, seconds);
            if (step % StepsBetweenReports == 0 || step == steps)
            {
                observer.OnProgress(new TrainingProgress(
                    start.Epoch, _recipe.Epochs, step, steps, lossSum / seen, (double)right / seen,
                    pace.ImagesPerSecond, pace.TimeLeft));
            }

            if (step < steps) checkpointing?.AfterStep(state);
        }

        pace.Pause();
        return state.Position.Step == steps;
    }

    private EpochMetrics Measure(TrainingPosition position, int images, Evaluation held, TimeSpan validation)
    {
        int seen = Seen(position, images);
        return new EpochMetrics(
            position.Epoch, position.LossSum / seen, (double)position.Right / seen, held.Loss, held.Accuracy,
            position.Seconds + validation.TotalSeconds);
    }

    private long ImagesLeft(TrainingPosition position, int images) =>
        (long)images * (_recipe.Epochs - position.Epoch + 1) - Seen(position, images);

    private int Seen(TrainingPosition position, int images) => Math.Min(position.Step * _recipe.BatchSize, images);
}
