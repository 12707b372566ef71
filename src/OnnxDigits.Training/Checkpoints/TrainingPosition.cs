namespace OnnxDigits.Training.Checkpoints;

/// <summary>How far a run is, and the sums of the epoch under way.</summary>
/// <param name="Epoch">The epoch under way, 1 for the first; one more than the recipe's epochs at the end.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="LossSum">Sum of the images' losses in this epoch, in nats.</param>
/// <param name="Right">Images of this epoch whose digit was right.</param>
/// <param name="Seconds">Time spent on this epoch.</param>
internal sealed record TrainingPosition(int Epoch, int Step, double LossSum, long Right, double Seconds)
{
    public static TrainingPosition Start { get; } = AtEpoch(1);

    public static TrainingPosition AtEpoch(int epoch) => new(epoch, Step: 0, LossSum: 0, Right: 0, Seconds: 0);
}
