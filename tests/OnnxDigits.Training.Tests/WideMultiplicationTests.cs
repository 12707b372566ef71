using OnnxDigits.Training.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class WideMultiplicationTests
{
    [Theory]
    [InlineData(8, 32, 1)]
    [InlineData(9, 33, 5)]
    [InlineData(37, 100, 13)]
    [InlineData(512, 128, 784)]
    public void Run_AnySize_IsTheProductToTheBitOnOneThreadAndOnTwo(int m, int n, int k)
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(m, k), b = randn(k, n);
        float[] one = Product(a, b, threads: 1);
        float[] expected = a.mm(b).data<float>().ToArray();
        for (int i = 0; i < one.Length; i++) Assert.Equal(expected[i], one[i], 1e-3);
        Assert.Equal(one, Product(a, b, threads: 2));
        Assert.Equal(one, Product(a, b, threads: 3));
    }

    private static unsafe float[] Product(Tensor a, Tensor b, int threads)
    {
        float[] left = a.data<float>().ToArray(), right = b.data<float>().ToArray();
        var product = new float[a.shape[0] * b.shape[1]];
        fixed (float* x = left, y = right, z = product)
            WideMultiplication.Run(x, y, z, (int)a.shape[0], (int)b.shape[1], (int)a.shape[1], threads);
        return product;
    }
}
