using OnnxDigits.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class AdamWTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(64, false)]
    [InlineData(1001, false)]
    [InlineData(1001, true)]
    [InlineData(100_003, false)]
    public void Step_Kernel_IsThatOfTorchSharp(int length, bool byKernels) =>
        AssertLikeTorchSharp([1, length], theirDecay: 0.05, byKernels);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_BiasOfOneDimension_DoesNotDecay(bool byKernels) => AssertLikeTorchSharp([33], theirDecay: 0, byKernels);

    private static void AssertLikeTorchSharp(long[] shape, double theirDecay, bool byKernels)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor start = randn(shape, generator: generator);
        var ours = new TorchSharp.Modules.Parameter(start.clone());
        var theirs = new TorchSharp.Modules.Parameter(start.clone());
        using var optimizer = new AdamW([("weight", ours)], weightDecay: 0.05) { ByKernels = byKernels };
        using var plain = optim.AdamW([theirs], lr: 1e-2, weight_decay: theirDecay);
        for (int step = 0; step < 20; step++)
        {
            Tensor gradient = randn(shape, generator: generator) * Math.Pow(10, step % 5 - 3);
            optimizer.ZeroGrad();
            (ours * gradient).sum().backward();
            optimizer.Step(1e-2);
            plain.zero_grad();
            (theirs * gradient).sum().backward();
            plain.step();
        }

        Assert.Equal(0, (ours - theirs).abs().max().item<float>(), 2e-6f);
    }
}
