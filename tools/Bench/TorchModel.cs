using System.Runtime.InteropServices;
using Onnx;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Bench;

/// <summary>Runs conv in TorchSharp's evaluation mode on one thread, with the weights of a model file.</summary>
internal sealed class TorchModel : IDisposable
{
    private readonly SequentialModel _network = DigitNetworks.Create("conv", seed: 0);
    private readonly Tensor _images;
    private readonly float[] _probabilities;

    public TorchModel(string modelPath, int count)
    {
        set_num_threads(1);
        using var noGradients = no_grad();
        var weights = ModelProto.Parser.ParseFrom(File.ReadAllBytes(modelPath)).Graph.Initializer
            .ToDictionary(weight => weight.Name);
        foreach ((string name, var parameter) in _network.Logits.named_parameters())
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(weights[name].RawData.Span);
            using Tensor weight = tensor(values.ToArray(), parameter.shape);
            parameter.copy_(weight);
        }

        _network.Classifier.eval();
        _images = tensor(DigitInputs.Floats(count), [count, 1, 28, 28]);
        _probabilities = new float[count * 10];
    }

    /// <summary>Returns the [count, 10] probabilities.</summary>
    public float[] Run()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        _network.Classifier.forward(_images).data<float>().CopyTo(_probabilities);
        return _probabilities;
    }

    public void Dispose()
    {
        _images.Dispose();
        _network.Dispose();
    }
}
