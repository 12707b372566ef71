using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Convolutions, poolings, paddings, and what else knows of space.</summary>
internal static class SpatialSamples
{
    private const int FirstOpsetOfFold = 18;

    public static Sample[] All { get; } =
    [
        new(() => nn.Conv1d(2, 3, 3), 2, 2, 6),
        new(() => nn.Conv2d(2, 3, 3), 2, 2, 6, 6),
        new(() => nn.Conv3d(2, 3, 3), 2, 2, 6, 6, 6),
        // libtorch 2.10 gives wrong numbers for some of these on oneDNN.
        new(() => nn.ConvTranspose1d(2, 3, 3, 2), 2, 2, 6) { HasReference = false },
        new(() => nn.ConvTranspose2d(2, 3, 3, 2), 2, 2, 6, 6) { HasReference = false },
        new(() => nn.ConvTranspose3d(2, 3, 3, 2), 2, 2, 4, 4, 4) { HasReference = false },
        new(() => nn.MaxPool1d(2), 2, 2, 6),
        new(() => nn.MaxPool2d(2), 2, 2, 6, 6),
        new(() => nn.MaxPool3d(2), 2, 2, 6, 6, 6),
        new(() => nn.AvgPool1d(2), 2, 2, 6),
        new(() => nn.AvgPool2d(2), 2, 2, 6, 6),
        new(() => nn.AvgPool3d(2), 2, 2, 6, 6, 6),
        new(() => nn.AdaptiveAvgPool1d(3), 2, 2, 6),
        new(() => nn.AdaptiveAvgPool2d(3), 2, 2, 6, 6),
        new(() => nn.AdaptiveAvgPool3d(3), 2, 2, 6, 6, 6),
        new(() => nn.AdaptiveMaxPool1d(3), 2, 2, 6),
        new(() => nn.AdaptiveMaxPool2d([3, 3]), 2, 2, 6, 6),
        new(() => nn.AdaptiveMaxPool3d([3, 3, 3]), 2, 2, 6, 6, 6),
        new(() => nn.LPPool1d(2, 2), 2, 2, 6),
        new(() => nn.LPPool2d(2, [2, 2]), 2, 2, 6, 6),
        new(() => nn.FractionalMaxPool2d(2, 2), 2, 2, 6, 6),
        new(() => nn.FractionalMaxPool3d(2, 2), 2, 2, 6, 6, 6),
        // One element in a channel: where several are put in one place, the order decides.
        new(() => nn.MaxUnpool1d(2), () => [randn(2, 2, 1), zeros(2, 2, 1, ScalarType.Int64)]),
        new(() => nn.MaxUnpool2d(2), () => [randn(2, 2, 1, 1), zeros([2, 2, 1, 1], ScalarType.Int64)]),
        new(() => nn.MaxUnpool3d([2, 2, 2]), () => [randn([2, 2, 1, 1, 1]), zeros([2, 2, 1, 1, 1], ScalarType.Int64)]),
        new(() => nn.Unfold(2), 2, 2, 6, 6),
        new(() => nn.Fold(4, 2), 2, 8, 9)
        {
            Options = new OnnxExportOptions { Opset = FirstOpsetOfFold },
            Remark = $"from operator set {FirstOpsetOfFold} on",
        },
        new(() => nn.Upsample(scale_factor: [2, 2]), 2, 2, 3, 3),
        new(() => nn.ConstantPad1d(1, 2), 2, 2, 6),
        new(() => nn.ConstantPad2d(1, 2), 2, 2, 6, 6),
        new(() => nn.ConstantPad3d(1, 2), 2, 2, 6, 6, 6),
        new(() => nn.ZeroPad2d(1), 2, 2, 6, 6),
        new(() => nn.ReflectionPad1d(1), 2, 2, 6),
        new(() => nn.ReflectionPad2d(1), 2, 2, 6, 6),
        new(() => nn.ReflectionPad3d(1), 2, 2, 6, 6, 6),
        new(() => nn.ReplicationPad1d(1), 2, 2, 6),
        new(() => nn.ReplicationPad2d(1), 2, 2, 6, 6),
        new(() => nn.ReplicationPad3d(1), 2, 2, 6, 6, 6),
    ];
}
