using OnnxDigits.Training.Loop;

namespace OnnxDigits.Training.Reports;

/// <summary>
/// Writes <c>metrics.csv</c> and <c>metrics.json</c> anew after every epoch, so that an interrupted run has its figures
/// too.
/// </summary>
/// <param name="folder">Where the files are.</param>
/// <param name="warn">Is told, once, that a file cannot be written; the next epoch tries again.</param>
/// <param name="next">Is told everything as well.</param>
internal sealed class MetricsFile(
    RunFolder folder, Action<string> warn, ITrainingObserver next) : ITrainingObserver
{
    private bool _warned;

    public void OnProgress(TrainingProgress progress) => next.OnProgress(progress);

    public void OnEpoch(IReadOnlyList<EpochMetrics> epochs)
    {
        try
        {
            folder.Write(MetricsCsv.FileName, MetricsCsv.Format(epochs));
            folder.Write("metrics.json", RunData.MetricsJson(epochs));
        }
        catch (IOException e)
        {
            if (!_warned) warn($"{e.Message} Training goes on.");
            _warned = true;
        }

        next.OnEpoch(epochs);
    }
}
