using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class WindowArithmeticTests
{
    [Theory]
    [InlineData(28, 3, 1, Padding2D.Valid, 26)]
    [InlineData(26, 2, 2, Padding2D.Valid, 13)]
    [InlineData(13, 3, 1, Padding2D.Valid, 11)]
    [InlineData(11, 2, 2, Padding2D.Valid, 5)]
    [InlineData(5, 3, 1, Padding2D.Valid, 3)]
    [InlineData(28, 3, 1, Padding2D.Same, 28)]
    [InlineData(25, 3, 2, Padding2D.Valid, 12)]
    [InlineData(25, 3, 2, Padding2D.Same, 13)]
    public void OutputSize_NotebookExamples_AreTheNotebooks(
        int size, int window, int stride, Padding2D padding, int expected) =>
        Assert.Equal(expected, WindowArithmetic.OutputSize(size, window, stride, padding));

    [Fact]
    public void PaddingOf_EverySmallWindow_LetsExactlyTheWindowsThatFitInTheOutput()
    {
        for (int size = 1; size <= 30; size++)
        {
            for (int window = 1; window <= size; window++)
            {
                for (int stride = 1; stride <= 4; stride++)
                {
                    foreach (Padding2D padding in Enum.GetValues<Padding2D>())
                    {
                        (int before, int after) = WindowArithmetic.PaddingOf(size, window, stride, padding);
                        int positions = 0;
                        for (int start = -before; start + window <= size + after; start += stride) positions++;
                        Assert.Equal(positions, WindowArithmetic.OutputSize(size, window, stride, padding));
                        Assert.InRange(after - before, 0, 1);
                    }
                }
            }
        }
    }

    [Fact]
    public void OutputSize_WindowLargerThanInput_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowArithmetic.OutputSize(3, 5, 1, Padding2D.Valid));

    [Fact]
    public void Model_EveryPaddingAndStride_GivesTheShapeOfTheSummary()
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
