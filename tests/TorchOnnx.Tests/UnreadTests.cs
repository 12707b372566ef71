using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

/// <summary>Tests that the graph omits what no output depends on, and what no input changes.</summary>
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

    [Theory]
    [InlineData(16, new[] { "MatMul" })]
    [InlineData(600, new[] { "Mul", "Transpose", "MatMul" })]
    public void Export_CallsOfWeightsAlone_AreFoldedUpToOneMebibyte(int size, string[] operators)
    {
        using var model = new Scaled(size);
        var program = ModuleCheck.IsEqual(model, randn(2, size));

        Assert.Equal(operators, program.Nodes.Select(node => node.OpType));
    }

    // The size of the result follows the batch, and torch has no result for a custom operator.
    [Fact]
    public void Export_CallsOfWeightsThatChangeOrAreCustom_StayNodes()
    {
        using var weight = nn.Parameter(randn(1, 4));
        using var model = new Lambda(x => Double(weight.expand(x.shape[0], 4)) + Double(weight) + x);
        model.register_parameter("weight", weight);
        var converters = new ConverterRegistry().AddMethod(
            typeof(UnreadTests), nameof(Double), context => context.Add("Add", [context.Input, context.Input]));
        var program = ModuleCheck.IsEqual(model, randn(2, 4), new() { Converters = converters });

        Assert.Equal(
            ["Add", "Add", "Add", "Add"],
            program.Nodes.Where(node => node.OpType == "Add").Select(node => node.OpType));
    }

    private static Tensor Double(Tensor tensor) => tensor * 2;

    // The gates of both directions are joined, and the tied weight is stored once.
    [Fact]
    public void Export_NodesThatRearrangeWeights_AreFoldedUnlessTheWeightIsRead()
    {
        using var lstm = nn.LSTM(4, 5, bidirectional: true);
        using var first = nn.Linear(10, 10);
        using var last = nn.Linear(10, 3);
        using var layers = nn.ModuleList<nn.Module>(lstm, first, last);
        using var model = new Lambda(
            x => last.call(nn.functional.linear(first.call(lstm.call(x).Item1), first.weight!)), layers);
        var program = ModuleCheck.IsEqual(model, randn(3, 2, 4), new() { DynamicBatch = false });

        Assert.Equal(
            [
                "LSTM", "Transpose", "Reshape", "Transpose", "MatMul", "Add", "Transpose", "MatMul", "MatMul", "Add",
            ],
            program.Nodes.Select(node => node.OpType));
    }

    private static string[] Operators(Func<Tensor, Tensor> forward)
    {
        using var model = new Lambda(forward);
        using var example = randn(2, 4);
        var program = OnnxExporter.Export(model, example, new() { Verifier = new OnnxRuntimeRunner() });
        return [.. ModelProto.Parser.ParseFrom(program.ToBytes()).Graph.Node.Select(node => node.OpType)];
    }

    private sealed class Scaled : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public Scaled(int size) : base(nameof(Scaled))
        {
            _weight = nn.Parameter(randn(size, size));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.matmul((_weight * 2).t());
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
