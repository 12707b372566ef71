using Onnx;
using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests;

public sealed class ObjectInputTests
{
    private sealed record Encoded(Tensor Hidden, Tensor? Mask = null);

    private readonly record struct Scores(Tensor Logits, Tensor Shares);

    private class Base
    {
        private readonly Tensor _scale;

        protected Base(Tensor scale) => _scale = scale;

        public Tensor Scaled(Tensor x) => x * _scale;
    }

    private sealed class Cache(Tensor scale) : Base(scale)
    {
        public List<Encoded> Layers { get; } = [];

        public Cache? Self { get; set; }

        public string Name { get; init; } = "";

        public int Steps { get; set; }
    }

    private sealed class FromDictionary() : nn.Module<Dictionary<string, Tensor>, Scores>(nameof(FromDictionary))
    {
        public override Scores forward(Dictionary<string, Tensor> input)
        {
            var logits = input["IDS"].to(float32).unsqueeze(1) + input["features"];
            return new(logits, logits.softmax(1));
        }
    }

    private sealed class FromRecord() : nn.Module<Encoded, Encoded>(nameof(FromRecord))
    {
        public override Encoded forward(Encoded input) =>
            input with { Hidden = input.Mask is null ? input.Hidden * 2 : input.Hidden * input.Mask };
    }

    private sealed class FromCache() : nn.Module<Tensor, Cache, (Tensor, Scores[])>(nameof(FromCache))
    {
        public override (Tensor, Scores[]) forward(Tensor x, Cache cache)
        {
            cache.Layers.Add(new(x));
            cache.Steps++;
            var sum = cache.Layers.Aggregate(x, (value, layer) => value + layer.Hidden);
            return (cache.Scaled(sum), [new(sum.relu(), sum.sigmoid())]);
        }
    }

    [Fact]
    public void Export_DictionaryWithOpenBatch_IsEqual()
    {
        var example = new Dictionary<string, Tensor>(StringComparer.OrdinalIgnoreCase)
        {
            ["features"] = randn(2, 4),
            ["ids"] = tensor([1L, 5]),
        };
        var program = ModuleCheck.IsEqual(
            new FromDictionary(), [example], new() { OutputNames = ["logits", "shares"] });

        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.Equal(2, graph.Input.Count);
        Assert.All(
            graph.Input.Concat(graph.Output),
            value => Assert.Equal("N", value.Type.TensorType.Shape.Dim[0].DimParam));
    }

    [Fact]
    public void Export_Records_AreEqual()
    {
        ModuleCheck.IsEqual(new FromRecord(), [new Encoded(randn(2, 3))]);
        ModuleCheck.IsEqual(new FromRecord(), [new Encoded(randn(2, 3), randn(2, 3))]);
    }

    [Fact]
    public void Export_ClassThatForwardChanges_IsEqualAndStaysUnchanged()
    {
        var cache = new Cache(randn(2, 1)) { Name = "kv" };
        cache.Self = cache;
        cache.Layers.Add(new(randn(2, 3)));

        var program = ModuleCheck.IsEqual(new FromCache(), [randn(2, 3), cache]);

        Assert.Equal(3, ModelProto.Parser.ParseFrom(program.ToBytes()).Graph.Input.Count);
        Assert.Single(cache.Layers);
        Assert.Equal(0, cache.Steps);
    }

    [Fact]
    public void Export_CollectionThatCannotBeCopied_Throws()
    {
        var failure = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(
            new FromList(), [System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                new Dictionary<string, Tensor> { ["x"] = randn(2, 3) })]));
        Assert.StartsWith("The example contains a", failure.Message);
    }

    private sealed class FromList() : nn.Module<IReadOnlyDictionary<string, Tensor>, Tensor>(nameof(FromList))
    {
        public override Tensor forward(IReadOnlyDictionary<string, Tensor> input) => input["x"] * 2;
    }
}
