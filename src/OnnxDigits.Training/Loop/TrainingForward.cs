using OnnxDigits.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>A network's forward pass with the layers as they train fastest: the same values and gradients.</summary>
/// <remarks>
/// Convolutions get channels-last images, for ATen's pooling is many times slower without (a step takes about 1.3 ×
/// the time). A rectifier before a pooling layer goes behind it, where a quarter of the values is left: the largest
/// of the rectified values is the rectified largest, and a negative largest has no gradient either way. Rectifiers of
/// images write in place. The network itself, which is exported, keeps the notebook's order.
/// </remarks>
internal sealed class TrainingForward
{
    private readonly List<Func<Tensor, Tensor>> _layers = [];

    public TrainingForward(DigitNetwork network)
    {
        nn.Module<Tensor, Tensor>[] modules = [.. network.Logits.children().Cast<nn.Module<Tensor, Tensor>>()];
        if (modules is [Conv2d, ..]) _layers.Add(ChannelsLast.Of);
        for (int i = 0; i < modules.Length; i++)
        {
            if (modules[i] is ReLU && i + 1 < modules.Length && modules[i + 1] is MaxPool2d)
                (modules[i], modules[i + 1]) = (modules[i + 1], modules[i]);

            // The layers that a rectifier follows here do not need their own output for their gradients.
            bool inPlace = modules[i] is ReLU && i > 0 && modules[i - 1] is Conv2d or MaxPool2d or BatchNorm2d;
            _layers.Add(modules[i] switch
            {
                ReLU when inPlace => tensor => tensor.relu_(),
                Linear linear => tensor => Multiply(tensor, linear),
                var other => other.call,
            });
        }
    }

    /// <summary>Images [N, channels, height, width] to logits [N, classes].</summary>
    public Tensor Run(Tensor images) => _layers.Aggregate(images, (tensor, layer) => layer(tensor));

    private static Tensor Multiply(Tensor tensor, Linear layer) => WideLinear.Suits(tensor, layer)
        ? WideLinear.Apply(tensor, layer)
        : layer.call(tensor);
}
