using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class RmsPropTests
{
    private static readonly Recipe Notebook = Recipe.For("conv");

    [Fact]
    public void Step_WithTheRecipesSettings_IsThatOfKeras23()
    {
        double[] gradients = [0.5, -2.0, 1e-4, 0.0, 3.0, -1e-8, 0.25];
        using var weight = new Parameter(tensor(new[] { 1f }));
        using var optimizer = new RmsProp([("weight", weight)], Notebook);
        double expected = 1, mean = 0;
        foreach (double gradient in gradients)
        {
            Backward(optimizer, weight, tensor(new[] { (float)gradient }));
            optimizer.Step(Notebook.LearningRate);

            mean = 0.9 * mean + 0.1 * gradient * gradient;
            expected -= 1e-3 * gradient / (Math.Sqrt(mean) + 1e-7);
            Assert.Equal(expected, weight.item<float>(), 1e-6);
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(64, false)]
    [InlineData(1001, false)]
    [InlineData(1001, true)]
    [InlineData(100_003, false)]
    public void Step_AnyLength_IsThatOfTorchSharp(int length, bool byKernels)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(length);
        Tensor start = randn(length);
        var ours = new Parameter(start.clone());
        var theirs = new Parameter(start.clone());
        using var optimizer = new RmsProp([("weight", ours)], Notebook) { ByKernels = byKernels };
        using var plain = optim.RMSProp([theirs], Notebook.LearningRate, Notebook.Rho, Notebook.Epsilon);
        for (int step = 0; step < 20; step++)
        {
            Tensor gradient = randn(length) * Math.Pow(10, step % 5 - 3);
            Backward(optimizer, ours, gradient);
            optimizer.Step(Notebook.LearningRate);
            plain.zero_grad();
            (theirs * gradient).sum().backward();
            plain.step();
        }

        Assert.Equal(0, (ours - theirs).abs().max().item<float>(), 1e-6f);
    }

    [Fact]
    public void State_CopiedIntoAnother_GoesOnToTheBit()
    {
        using var scope = NewDisposeScope();
        var first = new Parameter(ones(33));
        using var optimizer = new RmsProp([("weight", first)], Notebook);
        Backward(optimizer, first, linspace(-1, 1, 33));
        optimizer.Step(Notebook.LearningRate);

        var second = new Parameter(first.detach().clone());
        using var resumed = new RmsProp([("weight", second)], Notebook);
        Assert.Equal(["weight.square_avg"], resumed.State.Keys);
        foreach (var (name, tensor) in optimizer.State) resumed.State[name].copy_(tensor);
        Backward(optimizer, first, ones(33));
        Backward(resumed, second, ones(33));
        optimizer.Step(Notebook.LearningRate);
        resumed.Step(Notebook.LearningRate);
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }

    private static void Backward(RmsProp optimizer, Parameter weight, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGrad();
        (weight * gradient).sum().backward();
    }
}
