using CrossCheck;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Bench;

/// <summary>The network in TorchSharp's evaluation mode on one thread, with the model file's weights.</summary>
internal sealed class TorchModel : IDisposable
{
    private readonly DigitNetwork _network;

    public TorchModel(ShippedModel model)
    {
        set_num_threads(1);
        _network = DigitNetworks.Create(model.Network, seed: 0);
        using var scope = NewDisposeScope();
        _network.RestoreWeights(model.Weights.ToDictionary(
            weight => weight.Name, weight => tensor(model.Weight(weight.Name), weight.Shape)));
        _network.Classifier.eval();
    }

    public static Tensor Images(float[] floats) => tensor(floats, [floats.Length / DigitInputs.ImageLength, 1, 28, 28]);

    public void Predict(Tensor images, Span<float> probabilities)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        _network.Classifier.forward(images).data<float>().CopyTo(probabilities);
    }

    public void Dispose() => _network.Dispose();
}
