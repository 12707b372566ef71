using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Loop;

/// <summary>Represents a callback of a training run, like a callback of Keras.</summary>
/// <remarks>The calls come from the training thread, in order. Override the methods that you need.</remarks>
public abstract class Callback
{
    /// <summary>Returns the learning rate of a step.</summary>
    /// <param name="epoch">The number of the epoch, from 1.</param>
    /// <param name="rate">The learning rate of the optimizer's schedule and the callbacks before this one.</param>
    public virtual double LearningRate(int epoch, double rate) => rate;

    /// <summary>Called after each step.</summary>
    /// <param name="progress">The position in the run and the metrics of the epoch so far.</param>
    public virtual void OnStep(TrainingProgress progress)
    {
    }

    /// <summary>Called after each epoch, once its checkpoint is saved.</summary>
    /// <param name="model">
    /// The network with the weights that were validated. Set <see cref="SequentialModel.StopTraining"/> to end the run.
    /// </param>
    /// <param name="epochs">The metrics of the epochs so far, including the epochs before a resume.</param>
    public virtual void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
    {
    }

    /// <summary>Called at the end of the run, even if it was cancelled.</summary>
    /// <param name="model">The trained network.</param>
    public virtual void OnEnd(SequentialModel model)
    {
    }
}

/// <summary>Represents the position of a training run after a step.</summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">The number of epochs in the run.</param>
/// <param name="Step">The number of the step in the epoch, from 1.</param>
/// <param name="Steps">The number of steps in an epoch.</param>
/// <param name="Images">The number of images seen in the epoch.</param>
/// <param name="Loss">The mean loss of these images, in nats.</param>
/// <param name="Accuracy">The accuracy on these images, 0 to 1.</param>
/// <param name="Elapsed">The time since the epoch started.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, long Images, double Loss, double Accuracy, TimeSpan Elapsed)
{
    /// <summary>Gets the number of images per second in this epoch.</summary>
    public double ImagesPerSecond => Images / Math.Max(Elapsed.TotalSeconds, 1e-9);

    /// <summary>Gets the estimated time to the end of the run.</summary>
    public TimeSpan TimeLeft => Elapsed * (((double)(Epochs - Epoch + 1) * Steps - Step) / Step);
}
