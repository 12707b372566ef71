using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class KerasFactsTests
{
    [Fact]
    public void Dense_Built_HasTheNotebooksLayers()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        Assert.Equal(["784", "512", "10"], network.Layers.Select(layer => layer.OutputShapeText));
        Assert.Equal([0L, 401_920, 5_130], network.Layers.Select(layer => layer.Parameters));
        Assert.Equal(407_050, network.ParameterCount);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    public void Create_AnyNetwork_DrawsKernelsFromGlorotsRangeAndZeroesBiases(string name)
    {
        using SequentialModel network = DigitNetworks.Create(name, seed: 3);
        foreach ((string key, Tensor parameter) in network.Logits.state_dict())
        {
            if (key.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.Equal(0, parameter.abs().max().item<float>());
                continue;
            }

            // Glorot and Bengio 2010, eq. 16, with the kernel's area in both fans: uniform in ±√(6 / (in + out)).
            long area = parameter.shape.Skip(2).Aggregate(1L, (a, b) => a * b);
            double bound = Math.Sqrt(6.0 / ((parameter.shape[0] + parameter.shape[1]) * area));
            Assert.InRange(parameter.abs().max().item<float>(), 0.97 * bound, bound);
            double deviation = parameter.std().item<float>();
            Assert.InRange(deviation, 0.93 * bound / Math.Sqrt(3), 1.07 * bound / Math.Sqrt(3));
        }
    }

    [Fact]
    public void Logits_PoolingBeforeRelu_HasTheGradientsOfTheNotebooksOrder()
    {
        using var scope = NewDisposeScope();
        using var data = new DigitTensors(SmallDigits.Open().Test);
        using SequentialModel network = DigitNetworks.Create("conv", seed: 1);
        nn.Module<Tensor, Tensor>[] notebook =
            [.. network.Classifier.children().SkipLast(1).Cast<nn.Module<Tensor, Tensor>>()];
        Tensor[] expected = Gradients(images => notebook.Aggregate(images, (value, layer) => layer.call(value)));
        Tensor[] actual = Gradients(network.Logits.call);
        foreach ((Tensor ours, Tensor theirs) in actual.Zip(expected)) Assert.True(ours.Equals(theirs));

        Tensor[] Gradients(Func<Tensor, Tensor> forward)
        {
            network.Logits.zero_grad();
            nn.functional.cross_entropy(forward(data.Images), data.Targets).backward();
            return [.. network.Logits.parameters().Select(parameter => parameter.grad!.clone())];
        }
    }

    [Fact]
    public void Classifier_SharesWeightsWithLogits_AndEndsInSoftmax()
    {
        using var noGradients = no_grad();
        using SequentialModel network = DigitNetworks.Create("conv", seed: 1);
        using Tensor images = rand(4, 1, 28, 28);
        using Tensor expected = nn.functional.softmax(network.Logits.forward(images), 1);
        using Tensor actual = network.Classifier.forward(images);
        Assert.True(expected.allclose(actual, rtol: 0, atol: 1e-7));
    }
}
