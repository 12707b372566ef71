using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>How far a run was, as a checkpoint keeps it.</summary>
/// <param name="Position">The epoch under way.</param>
/// <param name="Epochs">Metrics of the epochs before it.</param>
/// <param name="BestEpoch">The one whose weights are kept as the best; 0 when none is done.</param>
internal sealed record RunProgress(TrainingPosition Position, EpochMetrics[] Epochs, int BestEpoch)
{
    /// <summary>Whether the parts fit together.</summary>
    public bool IsSound => Position.Epoch == Epochs.Length + 1 && Position.Step >= 0
        && BestEpoch <= Epochs.Length && (BestEpoch == 0 ? Epochs.Length == 0 : BestEpoch > 0);
}
