using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace CrossCheck;

/// <summary>The network as it was trained, with the file's weights put back into it.</summary>
internal sealed class TorchSharpBackend : IDigitBackend
{
    public TorchSharpBackend(ShippedModel model)
    {
        Network = DigitNetworks.Create(model.Network, seed: 0);
        using IDisposable scope = NewDisposeScope();
        // Some weights, such as the count of batches seen, are for training alone and not in the file.
        Dictionary<string, Tensor> weights = Network.CopyWeights();
        foreach ((string name, long[] shape) in model.Weights) weights[name] = tensor(model.Weight(name), shape);
        Network.RestoreWeights(weights);
        Network.Classifier.eval();
    }

    public DigitNetwork Network { get; }

    public float[] Run(DigitImages images)
    {
        using var noGradients = no_grad();
        using var data = new DigitTensors(images);
        using Tensor probabilities = Network.Classifier.forward(data.Images);
        return probabilities.data<float>().ToArray();
    }

    public void Dispose() => Network.Dispose();
}
