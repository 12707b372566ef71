using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>
/// Converts batches to the channels-last memory format, in which the channels of a pixel are adjacent.
/// </summary>
/// <remarks>
/// On one thread of an AMD EPYC, channels-last makes the training of conv 1.5 × as fast with the allocator settings of
/// <see cref="LibTorchEnvironment"/>, and 1.1 × without them. TorchSharp has no <c>memory_format</c> argument.
/// </remarks>
internal static class ChannelsLast
{
    /// <summary>
    /// Returns images [N, C, H, W] in the channels-last format, and other inputs as they are. The shape doesn't change.
    /// </summary>
    // With one channel both formats have the same memory layout. libtorch recognizes channels-last by the strides.
    public static Tensor Of(Tensor inputs) => inputs.shape switch
    {
        [_, 1, var height, var width] =>
            inputs.contiguous().as_strided(inputs.shape, [height * width, 1, width, 1]),
        [_, _, _, _] => inputs.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
        _ => inputs,
    };
}
