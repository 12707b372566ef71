using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>
/// Compares channels-last batches with plain ones. libtorch has its own code for each memory format, and some of it is
/// wrong for some numbers of channels.
/// </summary>
public class ChannelsLastTests
{
    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Of_BuiltInNetwork_GivesTheLogitsOfThePlainNetwork(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var data = new DigitTensors(SmallDigits.Open().Test);
        using SequentialModel network = DigitNetworks.Create(name, seed: 1);
        network.Logits.eval();
        foreach (int count in (int[])[1, 2, 3, 17, 128])
        {
            Tensor images = data.Images[..count];
            Tensor difference = network.Logits.call(ChannelsLast.Of(images)) - network.Logits.call(images);
            Assert.Equal(0, difference.abs().max().item<float>(), 1e-3f);
        }
    }

    [Fact]
    public void Of_StackWithBordersAndStrides_GivesTheGradientsOfThePlainNetwork()
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        using SequentialModel network = new SequentialModel(2, 9, 9)
            .Conv2D(5, 3, padding: Padding2D.Same, activation: Activation.Relu)
            .MaxPooling2D(3, strides: 2, Padding2D.Same)
            .Conv2D(6, 2, strides: 2, Padding2D.Same, activation: Activation.Relu)
            .MaxPooling2D(2, padding: Padding2D.Same)
            .Residual(block => block.Relu().Conv2D(6, 1).LayerNormalization())
            .Flatten().Dense(7, Activation.Relu).Dense(10);
        Tensor images = randn(3, 2, 9, 9), direction = randn(3, 10);
        Tensor[] expected = Gradients(network.Logits.call);
        Tensor[] actual = Gradients(batch => network.Logits.call(ChannelsLast.Of(batch)));
        foreach ((Tensor ours, Tensor plain) in actual.Zip(expected))
        {
            Assert.Equal(0, (ours - plain).abs().max().item<float>(), 1e-5f);
        }

        Tensor[] Gradients(Func<Tensor, Tensor> forward)
        {
            network.Logits.zero_grad();
            (forward(images) * direction).sum().backward();
            return [.. network.Logits.parameters().Select(parameter => parameter.grad!.clone())];
        }
    }
}
