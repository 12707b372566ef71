using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>Activations.</summary>
internal static class ActivationSamples
{
    public static Sample[] All { get; } =
    [
        .. ((Func<nn.Module>[])
        [
            () => nn.CELU(), () => nn.ELU(), () => nn.GELU(), () => nn.GLU(), () => nn.Hardshrink(), () => nn.Hardsigmoid(),
            () => nn.Hardswish(), () => nn.LeakyReLU(), () => nn.LogSigmoid(), () => nn.LogSoftmax(1),
            () => nn.Mish(), () => nn.PReLU(4), () => nn.RReLU(), () => nn.ReLU(), () => nn.ReLU6(), () => nn.SELU(),
            () => nn.SiLU(), () => nn.Sigmoid(), () => nn.Softmax(1), () => nn.Softmin(1), () => nn.Softplus(),
            () => nn.Softshrink(), () => nn.Softsign(), () => nn.Tanh(), () => nn.Tanhshrink(), () => nn.Threshold(0.1, 20),
        ]).Select(build => new Sample(build, 2, 4)),
        new(() => nn.Hardtanh(inplace: true), 2, 4) { Remark = "with inplace: true" },
        new(() => nn.Softmax2d(), 2, 3, 4, 4),
    ];
}
