using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Converts batches to the channels-last memory format, in which the channels of a pixel are adjacent.</summary>
/// <remarks>
/// Measured on training of conv with one thread of an AMD EPYC: 1.5 × the speed with the allocator settings of
/// <see cref="LibTorchEnvironment"/>, 1.1 × without. TorchSharp has no <c>memory_format</c> argument.
/// </remarks>
internal static class ChannelsLast
{
    /// <summary>Returns the images [N, C, H, W] in the channels-last format. The shape stays.</summary>
    // With one channel both formats are the same memory, but only the strides below say so to libtorch.
    public static Tensor Of(Tensor images) => images.shape is [_, 1, var height, var width]
        ? images.contiguous().as_strided(images.shape, [height * width, 1, width, 1])
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
