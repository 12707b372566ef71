using OnnxDigits.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>The running mean of a network's weights over its last steps, which does better than any single step's.</summary>
/// <remarks>B. Polyak and A. Juditsky, Acceleration of stochastic approximation by averaging, 1992; with decay.</remarks>
internal sealed class AveragedWeights : IDisposable
{
    private readonly DigitNetwork _network;
    private readonly double _decay;

    /// <param name="network">Whose weights are averaged; they stay as they are.</param>
    /// <param name="decay">How much of the mean stays at each step, 0..1.</param>
    public AveragedWeights(DigitNetwork network, double decay)
    {
        (_network, _decay) = (network, decay);
        State = network.CopyWeights();
    }

    /// <summary>The mean, by the names of the network's weights; it changes in place.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">The number of the step, 1 for the first: the mean of few steps forgets its start sooner.</param>
    public void Add(long step)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        double share = 1 - Math.Min(_decay, (1.0 + step) / (10 + step));
        foreach ((string name, Tensor weight) in _network.Logits.state_dict())
        {
            if (weight.is_floating_point()) State[name].lerp_(weight, share);
            else State[name].copy_(weight);
        }
    }

    /// <summary>Does something with the mean in the network's place.</summary>
    public void With(Action action)
    {
        Dictionary<string, Tensor> own = _network.CopyWeights();
        _network.RestoreWeights(State);
        try
        {
            action();
        }
        finally
        {
            _network.RestoreWeights(own);
            foreach (Tensor weight in own.Values) weight.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (Tensor weight in State.Values) weight.Dispose();
    }
}
