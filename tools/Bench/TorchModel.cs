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
        _network.Load(modelPath);
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
