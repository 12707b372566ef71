using OnnxDigits.Training.Networks;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class SummaryTests
{
    [Fact]
    public void Summary_Conv_ShowsTheNotebooksShapesAndTotals()
    {
        using DigitNetwork network = DigitNetworks.Create("conv", seed: 1);
        string text = network.Summary();
        string[] shapes = ["28×28×1", "26×26×32", "13×13×32", "11×11×64", "5×5×64", "3×3×64", "576", "93,322"];
        int place = 0;
        foreach (string shape in shapes)
        {
            int next = text.IndexOf(shape, place, StringComparison.Ordinal);
            Assert.True(next >= 0, $"{shape} is missing or out of order in\n{text}");
            place = next;
        }
    }

    [Theory]
    [InlineData(28, 1, Padding2D.Same, "28×28×8")]
    [InlineData(28, 1, Padding2D.Valid, "26×26×8")]
    [InlineData(25, 2, Padding2D.Valid, "12×12×8")]
    [InlineData(25, 2, Padding2D.Same, "13×13×8")]
    public void Summary_PaddingAndStride_ShowsTheShapeThatFollows(
        int size, int stride, Padding2D padding, string expected)
    {
        using DigitNetwork network = new NetworkBuilder(1, size, size).Conv2D(8, 3, stride, padding).Build("example");
        Assert.Contains(expected, network.Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, 1, Padding2D.Same)]
    [InlineData(28, 2, Padding2D.Same)]
    [InlineData(25, 2, Padding2D.Valid)]
    public void Export_PaddingAndStride_AgreesOnOnnxRuntime(int size, int stride, Padding2D padding)
    {
        using DigitNetwork network = new NetworkBuilder(1, size, size)
            .Conv2D(4, 3, stride, padding, relu: true)
            .MaxPooling2D(2, padding: padding)
            .Flatten()
            .Dense(10)
            .Build("example");
        using Tensor example = rand(2, 1, size, size);
        OnnxProgram program = OnnxExporter.Export(
            network.Classifier, example, new OnnxExportOptions { Verifier = new OnnxRuntimeRunner() });
        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Contains(program.Nodes, node => node.OpType == "Conv");
    }
}
