namespace OnnxDigits.Training.Internals;

/// <summary>Writes <c>metrics.csv</c> anew after every epoch, so that an interrupted run has its figures too.</summary>
internal sealed class MetricsFile(RunFolder folder, ITrainingObserver next) : ITrainingObserver
{
    private readonly List<EpochMetrics> _epochs = [];

    public void OnProgress(TrainingProgress progress) => next.OnProgress(progress);

    public void OnEpoch(EpochMetrics metrics)
    {
        _epochs.Add(metrics);
        folder.Write("metrics.csv", MetricsCsv.Format(_epochs));
        next.OnEpoch(metrics);
    }
}
