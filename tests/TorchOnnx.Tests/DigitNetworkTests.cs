using TorchOnnx.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

public sealed class DigitNetworkTests
{
    private static nn.Module<Tensor, Tensor> Conv() => nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(1));

    private static nn.Module<Tensor, Tensor> Dense() => nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10), nn.Softmax(1));

    private static OnnxExportOptions Options() => new()
    {
        InputNames = ["input"],
        OutputNames = ["probabilities"],
        Verifier = new OnnxRuntimeRunner(),
    };

    [Fact]
    public void Export_ConvNetwork_IsVerifiedWithTheNotebooksParameters()
    {
        using var model = Conv();
        var program = OnnxExporter.Export(model, rand(2, 1, 28, 28), Options());

        Assert.Equal(93_322, program.ParameterCount);
        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Equal(
            [
                "Conv", "Relu", "MaxPool", "Conv", "Relu", "MaxPool", "Conv", "Relu", "Reshape", "Gemm", "Relu", "Gemm",
                "Softmax",
            ],
            program.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Export_DenseNetwork_IsVerifiedWithTheNotebooksParameters()
    {
        using var model = Dense();
        var program = OnnxExporter.Export(model, rand(2, 1, 28, 28), Options());

        Assert.Equal(407_050, program.ParameterCount);
        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Equal(["Reshape", "Gemm", "Relu", "Gemm", "Softmax"], program.Nodes.Select(node => node.OpType));
    }
}
