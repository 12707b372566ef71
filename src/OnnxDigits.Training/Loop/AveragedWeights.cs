using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Maintains an exponential moving average of a network's weights.</summary>
/// <remarks>B. Polyak and A. Juditsky, Acceleration of stochastic approximation by averaging, 1992.</remarks>
internal sealed class AveragedWeights : IDisposable
{
    private readonly (Tensor Weight, Tensor Mean)[] _pairs;
    private readonly double _decay;

    /// <param name="network">The network, whose weights start the average.</param>
    /// <param name="decay">The fraction of the average that each step keeps, 0 to 1.</param>
    public AveragedWeights(SequentialModel network, double decay)
    {
        Means = network.CopyWeights();
        _pairs = [.. network.Logits.state_dict().Select(entry => (entry.Value, Means[entry.Key]))];
        _decay = decay;
    }

    /// <summary>Gets the averages, by the names of the network's state dictionary.</summary>
    public Dictionary<string, Tensor> Means { get; }

    /// <summary>Adds the weights of a step to the average.</summary>
    /// <param name="step">The number of the step, from 1. The first steps use a lower decay.</param>
    public void Update(long step)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        double share = 1 - Math.Min(_decay, (1.0 + step) / (10 + step));
        foreach ((Tensor weight, Tensor mean) in _pairs) mean.lerp_(weight, share);
    }

    /// <summary>Exchanges the network's weights and the averages.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach ((Tensor weight, Tensor mean) in _pairs)
        {
            Tensor copy = weight.clone();
            weight.copy_(mean);
            mean.copy_(copy);
        }
    }

    public void Dispose()
    {
        foreach (Tensor mean in Means.Values) mean.Dispose();
    }
}
