using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Loop;

/// <summary>The training loop.</summary>
/// <remarks>
/// At a fixed seed and number of torch threads, the same images give the same weights. The network ends with the
/// weights of the epoch that did best on the held-out images, never on the test images; where none are held out, with
/// those of the last epoch.
/// </remarks>
public sealed class Trainer
{
    private readonly DigitNetwork _network;
    private readonly Recipe _recipe;
    private readonly TimeProvider _clock;

    /// <summary>Prepares to train a network in place.</summary>
    /// <exception cref="ArgumentException">The recipe is for a pair and the network is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epochs or batch size below 1, drawn images below 0, or a split below 0 or not below 1.</exception>
    public Trainer(DigitNetwork network, Recipe recipe, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(recipe.DrawnImages);
        ArgumentOutOfRangeException.ThrowIfNegative(recipe.ValidationSplit);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(recipe.ValidationSplit, 1);
        if (recipe.Partner is { } partner)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(partner.DrawnImages);
            if (network.Members.Count != 2)
                throw new ArgumentException($"The recipe is for two networks that answer together, and '{network.Name}' is one.", nameof(recipe));
        }

        _network = network;
        _recipe = recipe;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Those that the recipe names; null where it names none.</summary>
    public TeacherNetworks? Teachers { get; init; }

    /// <summary>Steps from one progress report to the next; the last step of an epoch is always reported.</summary>
    internal int StepsBetweenReports { get; init; } = 10;

    /// <summary>Trains to the end of the recipe, or to the step at which it is cancelled.</summary>
    /// <param name="images">Training images; the last ones are held out for validation, if any are.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellation">Ends the run after the current step; the best weights so far are kept.</param>
    /// <exception cref="ArgumentException">Too few images to hold one out.</exception>
    /// <exception cref="InvalidOperationException">The recipe names other teachers than <see cref="Teachers"/>.</exception>
    public TrainingResult Train(DigitImages images, ITrainingObserver observer, CancellationToken cancellation = default) =>
        Train(images, observer, checkpointing: null, cancellation);

    /// <summary>Trains as above from where a checkpoint stopped, and writes checkpoints.</summary>
    internal TrainingResult Train(
        DigitImages images, ITrainingObserver observer, Checkpointing? checkpointing, CancellationToken cancellation)
    {
        if (Teachers?.Sha256 != _recipe.Teachers)
            throw new InvalidOperationException("The recipe names other teachers than the trainer was given.");
        int heldOut = (int)Math.Round(images.Count * _recipe.ValidationSplit);
        if (heldOut >= images.Count || (heldOut < 1 && _recipe.ValidationSplit > 0))
            throw new ArgumentException($"{images.Count} images are too few to hold out {_recipe.ValidationSplit:P1}.", nameof(images));

        using var course = new TrainingCourse(_network, _recipe, images.Slice(0, images.Count - heldOut), Teachers);
        using DigitTensors? validation = heldOut == 0 ? null : new DigitTensors(images.Slice(images.Count - heldOut, heldOut), _network.Device);
        using var state = new TrainingState(_network, course.State);
        checkpointing?.Start(state);
        var pace = new Pace(_clock, ImagesLeft(state.Position, course));
        bool whole = true;

        while (state.Position.Epoch <= _recipe.Epochs && !cancellation.IsCancellationRequested)
        {
            whole = RunEpoch(state, course, pace, observer, checkpointing, cancellation);
            // Before the metrics of a part of an epoch come in: they are for people, and no part of the run.
            if (!whole) checkpointing?.AtStop(state);
            if (state.Position.Step == 0) break;

            long trained = _clock.GetTimestamp();
            course.WithKeptWeights(() =>
            {
                Evaluation? held = validation is null ? null : Evaluation.Of(_network, validation);
                EpochMetrics metrics = Measure(state.Position, course, held, _clock.GetElapsedTime(trained));
                state.EndEpoch(metrics);
                observer.OnEpoch(metrics);
            });
            if (!whole) break;

            if (cancellation.IsCancellationRequested) checkpointing?.AtStop(state);
            else checkpointing?.AfterEpoch(state);
        }

        state.Best.Restore();
        return new TrainingResult(state.Epochs, state.Best.Epoch, !whole || state.Position.Epoch <= _recipe.Epochs);
    }

    private bool RunEpoch(
        TrainingState state, TrainingCourse course, Pace pace, ITrainingObserver observer,
        Checkpointing? checkpointing, CancellationToken cancellation)
    {
        _network.Logits.train();
        int steps = course.StepsPerEpoch;
        TrainingPosition start = state.Position;
        double lossSum = start.LossSum;
        long right = start.Right;
        int seen = course.Seen(start.Step);
        long started = _clock.GetTimestamp();
        pace.Resume();
        for (int step = start.Step + 1; step <= steps && !cancellation.IsCancellationRequested; step++)
        {
            (double loss, int batchRight, int count) = course.Run(start.Epoch, step);
            lossSum += loss * count;
            right += batchRight;
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

    private EpochMetrics Measure(TrainingPosition position, TrainingCourse course, Evaluation? held, TimeSpan validation)
    {
        int seen = course.Seen(position.Step);
        return new EpochMetrics(
            position.Epoch, position.LossSum / seen, (double)position.Right / seen,
            held?.Loss ?? double.NaN, held?.Accuracy ?? double.NaN,
            position.Seconds + validation.TotalSeconds);
    }

    private long ImagesLeft(TrainingPosition position, TrainingCourse course) =>
        (long)course.Images * (_recipe.Epochs - position.Epoch + 1) - course.Seen(position.Step);
}
