using OnnxDigits.Data;
using OnnxDigits.Training;
using static TorchSharp.torch;

namespace OnnxDigits.CrossCheck;

/// <summary>The network as it was trained, with the file's weights put back into it.</summary>
internal sealed class TorchSharpBackend : IDigitBackend
{
    public TorchSharpBackend(ShippedModel model)
    {
        Network = DigitNetworks.Create(model.Network, seed: 0);
        using IDisposable scope = NewDisposeScope();
        Network.RestoreWeights(model.Weights.ToDictionary(weight => weight.Name, weight => tensor(model.Weight(weight.Name), weight.Shape)));
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
