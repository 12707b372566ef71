using OnnxDigits.Data;
using OnnxDigits.Training.Internals;
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
    private const int StepsBetweenReports = 10;
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

    /// <summary>Trains to the end of the recipe, or to the step at which it is cancelled.</summary>
    /// <param name="images">Training images; the last ones are held out for validation.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellation">Ends the run after the current step; the best weights so far are kept.</param>
    /// <exception cref="ArgumentException">Too few images to hold one out.</exception>
    public TrainingResult Train(DigitImages images, ITrainingObserver observer, CancellationToken cancellation = default)
    {
        int heldOut = (int)Math.Round(images.Count * _recipe.ValidationSplit);
        if (heldOut < 1 || heldOut >= images.Count)
            throw new ArgumentException($"{images.Count} images are too few to hold out {_recipe.ValidationSplit:P1}.", nameof(images));

        using var training = new DigitTensors(images.Slice(0, images.Count - heldOut));
        using var validation = new DigitTensors(images.Slice(images.Count - heldOut, heldOut));
        using var optimizer = new RmsProp(_network.Logits.named_parameters(), _recipe);
        var step = new TrainingStep(_network, training, optimizer);
        var pace = new Pace(_clock, training.Count, _recipe);
        var shuffle = new Random(unchecked((int)_recipe.Seed));
        long[] order = [.. Enumerable.Range(0, training.Count).Select(i => (long)i)];
        var epochs = new List<EpochMetrics>();
        using var best = new BestWeights(_network);

        for (int epoch = 1; epoch <= _recipe.Epochs && !cancellation.IsCancellationRequested; epoch++)
        {
            long started = _clock.GetTimestamp();
            shuffle.Shuffle(order);
            (double loss, double accuracy) = RunEpoch(epoch, training.Count, order, step, pace, observer, cancellation);
            Evaluation held = Evaluation.Of(_network, validation);
            double seconds = _clock.GetElapsedTime(started).TotalSeconds;
            var metrics = new EpochMetrics(epoch, loss, accuracy, held.Loss, held.Accuracy, seconds);
            epochs.Add(metrics);
            best.Offer(metrics);
            observer.OnEpoch(metrics);
        }

        best.Restore();
        return new TrainingResult(epochs, best.Epoch, cancellation.IsCancellationRequested);
    }

    private (double Loss, double Accuracy) RunEpoch(
        int epoch, int images, long[] order, TrainingStep training, Pace pace,
        ITrainingObserver observer, CancellationToken cancellation)
    {
        _network.Logits.train();
        using Tensor permutation = tensor(order);
        int steps = (images + _recipe.BatchSize - 1) / _recipe.BatchSize;
        double lossSum = 0;
        long right = 0;
        int seen = 0;
        pace.Resume();
        for (int step = 1; step <= steps && !cancellation.IsCancellationRequested; step++)
        {
            int count = Math.Min(_recipe.BatchSize, images - seen);
            using Tensor batch = permutation.narrow(0, seen, count);
            (double loss, int batchRight) = training.Run(batch);
            lossSum += loss * count;
            right += batchRight;
            seen += count;
            pace.Count(count);
            if (step % StepsBetweenReports == 0 || step == steps)
            {
                observer.OnProgress(new TrainingProgress(
                    epoch, _recipe.Epochs, step, steps, lossSum / seen, (double)right / seen,
                    pace.ImagesPerSecond, pace.TimeLeft));
            }
        }

        pace.Pause();
        return seen == 0 ? (double.NaN, double.NaN) : (lossSum / seen, (double)right / seen);
    }
}
