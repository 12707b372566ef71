using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>Keeps the weights of the epoch with the best validation accuracy; at a tie, the lower loss.</summary>
internal sealed class BestWeights(DigitNetwork network) : IDisposable
{
    private Dictionary<string, Tensor> _weights = [];
    private EpochMetrics? _metrics;

    public int Epoch => _metrics?.Epoch ?? 0;

    public void Offer(EpochMetrics metrics)
    {
        bool better = _metrics is null
            || metrics.ValidationAccuracy > _metrics.ValidationAccuracy
            || (metrics.ValidationAccuracy == _metrics.ValidationAccuracy && metrics.ValidationLoss < _metrics.ValidationLoss);
        if (!better) return;

        Dispose();
        _weights = network.CopyWeights();
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
