using TorchOnnx.OnnxRuntime;

namespace TorchOnnx.Tests;

public sealed class DigitNetworkTests
{
    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, long, string> Networks => new()
    {
        {
            "conv", () => nn.Sequential(
                nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(64, 64, 3), nn.ReLU(),
                nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(1)),
            93_322,
            "Conv Relu MaxPool Conv Relu MaxPool Conv Relu Reshape Gemm Relu Gemm Softmax"
        },
        {
            "dense", () => nn.Sequential(
                nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10), nn.Softmax(1)),
            407_050,
            "Reshape Gemm Relu Gemm Softmax"
        },
    };

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public void Export_NotebooksNetwork_IsVerifiedWithItsParameters(
        string name, Func<nn.Module<Tensor, Tensor>> build, long parameters, string operators)
    {
        using var model = build();
        var program = OnnxExporter.Export(
            model, rand(2, 1, 28, 28), new() { Verifier = new OnnxRuntimeRunner(), ModelName = name });

        Assert.Equal(parameters, program.ParameterCount);
        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Equal(operators, string.Join(' ', program.Nodes.Select(node => node.OpType)));
    }
}
