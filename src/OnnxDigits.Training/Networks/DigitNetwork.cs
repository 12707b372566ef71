using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <summary>A network that maps images [N, channels, height, width], float32 0..1, to logits [N, classes].</summary>
/// <remarks>
/// Training works on logits; what is exported is <see cref="Classifier"/>, the same modules with a softmax at the
/// end. Both share their parameters.
/// </remarks>
public sealed class DigitNetwork : IDisposable
{
    internal DigitNetwork(
        string name, IReadOnlyList<int> inputShape, Sequential logits, Sequential classifier, IReadOnlyList<LayerSummary> layers)
    {
        Name = name;
        InputShape = inputShape;
        Logits = logits;
        Classifier = classifier;
        Layers = layers;
    }

    /// <summary>Name of the network, such as <c>dense</c> or <c>conv</c>.</summary>
    public string Name { get; }

    /// <summary>Shape of one input: [channels, height, width]; [1, 28, 28] for the notebook's networks.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>Images to logits [N, classes].</summary>
    public Sequential Logits { get; }

    /// <summary>Images to probabilities [N, classes], each row summing to 1.</summary>
    public Sequential Classifier { get; }

    /// <summary>The layers in order, as the summary shows them.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Number of trainable scalars.</summary>
    public long ParameterCount => Layers.Sum(layer => layer.Parameters);

    /// <summary>Where the parameters are, and so where it is trained.</summary>
    internal Device Device => Logits.parameters().First().device;

    /// <summary>Moves the parameters of both.</summary>
    internal void MoveTo(Device device)
    {
        // The layers are the same objects.
        if (device.type != Device.type || device.index != Device.index) Logits.to(device);
    }

    /// <summary>A copy of all parameters, detached from the network; the caller disposes the tensors.</summary>
    public Dictionary<string, Tensor> CopyWeights()
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        return Logits.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().MoveToOuterDisposeScope());
    }

    /// <summary>Puts weights from <see cref="CopyWeights"/> back.</summary>
    /// <param name="weights">One tensor per name of the state dictionary, of the same shape.</param>
    /// <exception cref="KeyNotFoundException">A name is missing.</exception>
    public void RestoreWeights(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = no_grad();
        foreach ((string name, Tensor parameter) in Logits.state_dict()) parameter.copy_(weights[name]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Classifier.Dispose();
        Logits.Dispose();
    }
}
