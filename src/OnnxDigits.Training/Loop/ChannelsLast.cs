using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>The layout in memory in which a pixel's channels lie side by side; the shape stays [N, C, H, W].</summary>
internal static class ChannelsLast
{
    // With one channel both layouts are the same memory, and a copy would keep the strides that say channels first.
    public static Tensor Of(Tensor images) => images.shape is [_, 1, var height, var width]
        ? images.contiguous().as_strided(images.shape, [height * width, 1, width, 1])
        : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
