using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>Writes the report after each epoch.</summary>
/// <param name="folder">The run folder.</param>
/// <param name="report">The report without epochs.</param>
/// <param name="warn">Receives a warning for the first write that fails. The next epoch tries again.</param>
/// <param name="next">The observer that also receives all calls.</param>
internal sealed class EpochRecorder(
    RunFolder folder, RunReport report, Action<string> warn, ITrainingObserver next) : ITrainingObserver
{
    private bool _warned;

    public void OnProgress(TrainingProgress progress) => next.OnProgress(progress);

    public void OnEpoch(IReadOnlyList<EpochMetrics> epochs)
    {
        try
        {
            folder.Write(report with { Epochs = epochs });
        }
        catch (IOException e)
        {
            if (!_warned) warn($"{e.Message} Training continues.");
            _warned = true;
        }

        next.OnEpoch(epochs);
    }
}
