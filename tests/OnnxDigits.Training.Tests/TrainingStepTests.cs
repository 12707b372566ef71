using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class TrainingStepTests
{
    private static readonly Lazy<DigitImages> Digits = new(() => SmallDigits.Open().Train);

    /// <remarks>
    /// In float64, for in float32 rounding alone parts two runs of the convnet: a gradient of rounding errors, where
    /// it should be 0, moves its weight by RMSprop's whole step. The plain path on one thread and on two differ by
    /// hundredths after 20 steps.
    /// </remarks>
    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    public void Run_HundredStepsInFloat64_HasTheLossesOfThePlainPath(string name)
    {
        using var paths = new TwoPaths(name, ScalarType.Float64);
        for (int n = 1; n <= 100; n++)
        {
            Tensor batch = paths.NextBatch();
            AssertSame(n, paths.PlainStep(batch).Loss, paths.OurStep(batch).Loss);
        }
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    public void Run_HundredStepsEachFromThePlainPathsWeights_HasItsLosses(string name)
    {
        using var paths = new TwoPaths(name, ScalarType.Float32);
        for (int n = 1; n <= 100; n++)
        {
            Tensor batch = paths.NextBatch();
            (double expected, int expectedRight) = paths.PlainStep(batch);
            (double loss, int right) = paths.OurStep(batch);
            AssertSame(n, expected, loss);
            Assert.InRange(right, expectedRight - 1, expectedRight + 1);
            paths.CopyPlainToOurs();
        }
    }

    [Theory]
    [InlineData("dense", 16)]
    [InlineData("conv", 4)]
    [InlineData("small", 4)]
    public void Run_ThousandSteps_LeavesNoTensorAlive(string name, int batchSize)
    {
        using var data = new DigitTensors(Digits.Value);
        using DigitNetwork network = DigitNetworks.Create(name, seed: 1);
        using var step = new TrainingStep(network, data, Recipe.For(name));
        using Tensor order = arange(data.Count);
        // The first step makes the gradients, which stay.
        RunSteps(1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        RunSteps(1_000);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void RunSteps(int steps)
        {
            for (int n = 0; n < steps; n++)
            {
                using Tensor batch = order.narrow(0, n * batchSize % (data.Count - batchSize), batchSize);
                step.Run(batch, n + 1);
            }
        }
    }

    /// <summary>libtorch has a path of its own for each layout, and not every one is right for every number of channels.</summary>
    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("small")]
    public void Run_EvaluationMode_HasTheLogitsOfTheNetworkAsItIs(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var data = new DigitTensors(Digits.Value);
        using DigitNetwork network = DigitNetworks.Create(name, seed: 1);
        network.Logits.eval();
        var forward = new TrainingForward(network);
        foreach (int count in (int[])[1, 2, 3, 17, 128])
        {
            Tensor images = data.Images[..count];
            Assert.Equal(0, (forward.Run(images) - network.Logits.forward(images)).abs().max().item<float>(), 1e-3f);
        }
    }

    [Fact]
    public void Run_StackWithBordersAndStrides_HasTheGradientsOfThePlainPath()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using DigitNetwork network = new NetworkBuilder(2, 9, 9)
            .Conv2D(5, 3, padding: Padding2D.Same, relu: true).MaxPooling2D(3, stride: 2, Padding2D.Same)
            .Conv2D(6, 2, stride: 2, Padding2D.Same, relu: true).MaxPooling2D(2, padding: Padding2D.Same)
            .Flatten().Dense(7, relu: true).Dense(10).Build("example");
        Tensor images = randn(3, 2, 9, 9), direction = randn(3, 10);
        Tensor[] expected = Gradients(network.Logits.call);
        Tensor[] actual = Gradients(new TrainingForward(network).Run);
        foreach (var (ours, plain) in actual.Zip(expected))
            Assert.Equal(0, (ours - plain).abs().max().item<float>(), 1e-5f);

        Tensor[] Gradients(Func<Tensor, Tensor> forward)
        {
            network.Logits.zero_grad();
            (forward(images) * direction).sum().backward();
            return [.. network.Logits.parameters().Select(parameter => parameter.grad!.clone())];
        }
    }

    private static void AssertSame(int step, double expected, double actual) => Assert.True(
        Math.Abs(actual - expected) <= 1e-4,
        string.Create(CultureInfo.InvariantCulture, $"step {step}: loss {actual:R} instead of {expected:R}"));
}
