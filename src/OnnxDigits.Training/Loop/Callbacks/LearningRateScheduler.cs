namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Sets the learning rate of each epoch.</summary>
/// <param name="schedule">Returns the learning rate of an epoch, which is numbered from 1.</param>
public sealed class LearningRateScheduler(Func<int, double> schedule) : Callback
{
    /// <inheritdoc/>
    public override double LearningRate(int epoch, double rate) => schedule(epoch);
}
