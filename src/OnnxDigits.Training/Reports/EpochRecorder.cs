using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>Writes <c>report.json</c> and <c>metrics.csv</c> after each epoch.</summary>
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
            folder.Write("metrics.csv", Csv.Format(
                ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"],
                epochs.Select(e => (object?[])
                    [e.Epoch, e.Loss, e.Accuracy, e.ValidationLoss, e.ValidationAccuracy, Math.Round(e.Seconds, 2)])));
        }
        catch (IOException e)
        {
            if (!_warned) warn($"{e.Message} Training continues.");
            _warned = true;
        }

        next.OnEpoch(epochs);
    }
}
