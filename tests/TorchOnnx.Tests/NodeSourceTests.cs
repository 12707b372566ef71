using System.Runtime.CompilerServices;
using Onnx;
using TorchOnnx.Tests.Modules;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

/// <summary>Tests what the file says about the modules that its nodes come from.</summary>
public sealed class NodeSourceTests
{
    private static ModelProto Parse(OnnxProgram program) => ModelProto.Parser.ParseFrom(program.ToBytes());

    [Fact]
    public void Export_NodeMetadata_NamesModuleTypeAndLine()
    {
        using var model = new Network();
        using var example = randn(2, 4);
        var program = OnnxExporter.Export(model, example, new() { NodeMetadata = true });
        var proto = Parse(program);

        Assert.Equal(10, proto.IrVersion);
        string file = $"NodeSourceTests.cs:{Block.Line}";
        Assert.Equal(
            [
                ("module", "_blocks.1._linear"), ("module_type", "TorchSharp.Modules.Linear"),
                ("source", $"Block.forward, {file}"),
            ],
            proto.Graph.Node.Single(node => node.Name == "/_blocks/1/_linear/Gemm").MetadataProps
                .Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(
            ["module_type", "source"], proto.Graph.Node.Single(node => node.Name == "/Neg").MetadataProps
                .Select(entry => entry.Key));

        program = OnnxExporter.Export(model, example);
        Assert.All(Parse(program).Graph.Node, node => Assert.Empty(node.MetadataProps));
        Assert.Equal(
            [
                ("_blocks.0._linear", "Gemm"), ("_blocks.0", "Relu"),
                ("_blocks.1._linear", "Gemm"), ("_blocks.1", "Relu"),
                ("", "Neg"),
            ],
            program.Nodes.Select(node => (node.ModulePath, node.OpType)));
        Assert.Equal((typeof(Block).FullName, Block.Line), (program.Nodes[1].ModuleType, program.Nodes[1].Line!.Line));
    }

    [Theory]
    [InlineData(13, 8)]
    [InlineData(17, 8)]
    [InlineData(25, 13)]
    public void Export_ModulesAsFunctions_NestsThemAndSharesThoseOfEqualLayers(int opset, int version)
    {
        using var model = new Network();
        var program = ModuleCheck.IsEqual(
            model, randn(2, 4), new() { ModulesAsFunctions = true, NodeMetadata = opset == 25, Opset = opset });
        var proto = Parse(program);

        Assert.Equal(version, proto.IrVersion);
        Assert.Equal(["Block", "Block", "Neg"], proto.Graph.Node.Select(node => node.OpType));
        Assert.Equal(
            ["input", "_blocks.0._linear.weight", "_blocks.0._linear.bias"], proto.Graph.Node[0].Input);
        Assert.Equal(["Linear", "Block"], proto.Functions.Select(function => function.Name));
        Assert.Equal(["input", "_linear.weight", "_linear.bias"], proto.Functions[1].Input);
        Assert.Equal(["Linear", "Relu"], proto.Functions[1].Node.Select(node => node.OpType));
        Assert.Equal(["Gemm", "Relu", "Gemm", "Relu", "Neg"], program.Nodes.Select(node => node.OpType));
    }

    // The second call differs in its axis, and the reshape's constant becomes a node of the function.
    [Fact]
    public void Export_ModulesAsFunctions_DifferentCallsOfOneModule_BecomeTwoFunctions()
    {
        using var inner = new Lambda(x => (x.dim() == 2 ? x.unsqueeze(2) : x.flatten(1)) + 1);
        using var model = new Lambda(x => inner.call(inner.call(x)), inner);
        var proto = Parse(ModuleCheck.IsEqual(
            model, randn(2, 4), new() { ModulesAsFunctions = true, HalfPrecision = true }));

        Assert.Equal(["Cast", "Lambda", "Lambda_1", "Cast"], proto.Graph.Node.Select(node => node.OpType));
        Assert.Empty(proto.Graph.Initializer);
        Assert.Equal(
            ["Constant", "Constant", "Unsqueeze", "Add"], proto.Functions[0].Node.Select(node => node.OpType));
    }

    private sealed class Network : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<Block> _blocks = new(new Block(), new Block());

        public Network() : base(nameof(Network)) => RegisterComponents();

        public override Tensor forward(Tensor input) => -_blocks.Aggregate(input, (x, block) => block.call(x));
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear = nn.Linear(4, 4);

        public Block() : base(nameof(Block)) => RegisterComponents();

        // The line of the method below.
        public static readonly int Line = Here() + 2;

        public override Tensor forward(Tensor input) => _linear.call(input).relu();

        private static int Here([CallerLineNumber] int line = 0) => line;
    }
}
