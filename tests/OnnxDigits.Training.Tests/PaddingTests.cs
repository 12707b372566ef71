using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class PaddingTests
{
    [Fact]
    public void Model_EveryPaddingAndStride_GivesTheShapeOfTensorFlowAndOfTheSummary()
    {
        using var noGradients = no_grad();
        foreach (Padding2D padding in Enum.GetValues<Padding2D>())
        {
            for (int size = 7; size <= 28; size += 3)
            {
                for (int window = 1; window <= 5; window++)
                {
                    for (int stride = 1; stride <= 3; stride++)
                    {
                        using SequentialModel convolution =
                            new SequentialModel(2, size, size + 1).Conv2D(3, window, stride, padding);
                        using SequentialModel pooling =
                            new SequentialModel(2, size, size + 1).MaxPooling2D(window, stride, padding);
                        foreach (SequentialModel network in (SequentialModel[])[convolution, pooling])
                        {
                            using Tensor output = network.Logits.forward(zeros(1, 2, size, size + 1));
                            Assert.Equal(network.Layers[^1].OutputShape.Select(n => (long)n), output.shape[1..]);
                            int covered = padding == Padding2D.Same ? size : size - window + 1;
                            Assert.Equal((covered + stride - 1) / stride, output.shape[2]);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Model_SamePaddingAtStrideTwo_PadsTheOddPixelAtTheEndAsTensorFlowDoes()
    {
        // 4 pixels, window 3, stride 2: TensorFlow pads (0, 1), so the windows start at pixels 0 and 2.
        using var noGradients = no_grad();
        using SequentialModel network = new SequentialModel(1, 4, 4).Conv2D(1, 3, strides: 2, Padding2D.Same);
        foreach (TorchSharp.Modules.Parameter parameter in network.Logits.parameters()) parameter.fill_(0);
        network.Logits.state_dict()["conv2d.weight"][0, 0, 0, 0] = 1;
        using Tensor image = arange(16, ScalarType.Float32).reshape(1, 1, 4, 4);
        using Tensor output = network.Logits.forward(image);
        Assert.Equal([0f, 2f, 8f, 10f], output.data<float>().ToArray());
    }

    [Fact]
    public void Model_SamePoolingOfNegatives_NeverPicksThePaddedPixels()
    {
        using var noGradients = no_grad();
        using SequentialModel network = new SequentialModel(1, 3, 3).MaxPooling2D(2, padding: Padding2D.Same);
        using Tensor output = network.Logits.forward(full([1, 1, 3, 3], -5f));
        Assert.Equal([-5f, -5f, -5f, -5f], output.data<float>().ToArray());
    }
}
