using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

/// <summary>Tests that the graph omits what no output depends on.</summary>
public sealed class UnreadTests
{
    [Fact]
    public void Export_MaxWithoutIndices_WritesNoArgMax() =>
        Assert.Equal(["ReduceMax"], Operators(x => x.max(1).values));

    [Fact]
    public void Export_MaxWithIndices_WritesArgMax() =>
        Assert.Equal(["ReduceMax", "ArgMax", "Cast", "Add"], Operators(x =>
        {
            var (values, places) = x.max(1);
            return values + places.to(ScalarType.Float32);
        }));

    [Fact]
    public void Export_UnusedChain_OmitsItsParameters()
    {
        using var model = new Beside();
        using var example = randn(2, 4);
        var program = OnnxExporter.Export(model, example, new() { Verifier = new OnnxRuntimeRunner() });
        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.Equal(["Gemm"], graph.Node.Select(node => node.OpType));
        Assert.Equal(["_head.weight", "_head.bias"], graph.Initializer.Select(initializer => initializer.Name));
    }

    private static string[] Operators(Func<Tensor, Tensor> forward)
    {
        using var model = new Lambda(forward);
        using var example = randn(2, 4);
        var program = OnnxExporter.Export(model, example, new() { Verifier = new OnnxRuntimeRunner() });
        return [.. ModelProto.Parser.ParseFrom(program.ToBytes()).Graph.Node.Select(node => node.OpType)];
    }

    private sealed class Beside : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _head = nn.Linear(4, 3), _unread = nn.Linear(4, 2);

        public Beside() : base(nameof(Beside)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            _ = _unread.call(input).relu();
            return _head.call(input);
        }
    }
}
