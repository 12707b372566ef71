using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>
/// Keeps the weights of the epoch with the best validation accuracy; at a tie, the lower loss; without validation, the
/// latest.
/// </summary>
internal sealed class BestWeights(DigitNetwork network) : IDisposable
{
    private Dictionary<string, Tensor> _weights = [];
    private EpochMetrics? _metrics;

    public int Epoch => _metrics?.Epoch ?? 0;

    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    public void Offer(EpochMetrics metrics)
    {
        bool better = _metrics is null || double.IsNaN(metrics.ValidationAccuracy)
            || metrics.ValidationAccuracy > _metrics.ValidationAccuracy
            || (metrics.ValidationAccuracy == _metrics.ValidationAccuracy && metrics.ValidationLoss < _metrics.ValidationLoss);
        if (!better) return;

        Adopt(metrics, network.CopyWeights());
    }

    /// <summary>Takes weights over as the best, and disposes them in the end.</summary>
    public void Adopt(EpochMetrics metrics, Dictionary<string, Tensor> weights)
    {
        Dispose();
        _weights = weights;
        _metrics = metrics;
    }

    public void Restore()
    {
        if (_metrics is not null) network.RestoreWeights(_weights);
    }

    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values) weight.Dispose();
        _weights = [];
    }
}
