using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Reports;

/// <summary>Writes the report after each epoch.</summary>
/// <param name="folder">The run folder.</param>
/// <param name="report">The report without epochs.</param>
/// <param name="warn">Receives a warning for the first write that fails. The next epoch tries again.</param>
internal sealed class EpochRecorder(RunFolder folder, RunReport report, Action<string> warn) : Callback
{
    private bool _warned;

    public override void OnEpoch(SequentialModel model, IReadOnlyList<EpochMetrics> epochs)
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
    }
}
