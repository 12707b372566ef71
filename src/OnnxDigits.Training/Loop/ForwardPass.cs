using OnnxDigits.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Runs a network on a training batch.</summary>
internal static class ForwardPass
{
    /// <summary>Returns the logits [N, classes] of images [N, channels, height, width].</summary>
    public static Tensor Run(DigitNetwork network, Tensor images) =>
        network.Logits.call(network.Logits.children().First() is Conv2d ? ToChannelsLast(images) : images);

    // With one channel both layouts are the same memory, and a copy would keep the strides that say channels first.
    private static Tensor ToChannelsLast(Tensor images) => images.shape is [_, 1, var height, var width]
        ? images.contiguous().as_strided(images.shape, [height * width, 1, width, 1])
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
