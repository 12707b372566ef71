namespace OnnxDigits.Training.Loop;

/// <summary>What a training run came to.</summary>
/// <param name="Epochs">Metrics of each epoch, the last one partial when the run was interrupted.</param>
/// <param name="BestEpoch">The epoch whose weights the network now has; 0 when none was started.</param>
/// <param name="Interrupted">Whether the run was cancelled before its last epoch ended.</param>
public sealed record TrainingResult(IReadOnlyList<EpochMetrics> Epochs, int BestEpoch, bool Interrupted);
