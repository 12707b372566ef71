namespace OnnxDigits.Training.Loop.Callbacks;

/// <summary>Sets the learning rate of each epoch.</summary>
/// <param name="schedule">Returns the learning rate of an epoch, which is numbered from 1.</param>
public sealed class LearningRateScheduler(Func<int, double> schedule) : Callback
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The scheduled rate is negative, infinite or NaN.</exception>
    public override double LearningRate(int epoch, double rate)
    {
        double scheduled = schedule(epoch);
        return double.IsFinite(scheduled) && scheduled >= 0 ? scheduled : throw new InvalidOperationException(
            $"The schedule returned the learning rate {scheduled} for epoch {epoch}. Return a number of at least 0.");
    }
}
