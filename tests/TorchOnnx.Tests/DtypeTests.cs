using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

public sealed class DtypeTests
{
    public static TheoryData<string, Func<nn.Module>, long[]> Doubles => new()
    {
        { "linear", () => nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1)), [2, 4] },
        { "batch norm", () => nn.BatchNorm1d(4), [2, 4] },
        { "layer norm", () => nn.LayerNorm(4), [2, 4] },
        { "pooling", () => nn.MaxPool2d(2), [2, 3, 6, 6] },
        { "attention", () => new BinaryLambda(
            (x, mask) => nn.functional.scaled_dot_product_attention(x, x, x, mask)), [2, 4, 4] },
        { "activations", () => nn.Sequential(nn.Sigmoid(), nn.SiLU(), nn.Tanh(), nn.ReLU6()), [2, 4] },
    };

    [Theory]
    [MemberData(nameof(Doubles), DisableDiscoveryEnumeration = true)]
    public void Export_DoublePrecision_IsEqual(string what, Func<nn.Module> build, long[] shape)
    {
        Assert.NotEmpty(what);
        using var scope = NewDisposeScope();
        var model = build().to(ScalarType.Float64);
        ModuleCheck.Randomize(model);
        Tensor[] example = [.. Enumerable.Range(0, model is BinaryLambda ? 2 : 1).Select(
            _ => randn(shape, ScalarType.Float64))];
        ModuleCheck.IsEqual(model, example, new() { Opset = 13 });
    }

    public static TheoryData<Func<nn.Module>, string> WithoutKernel => new()
    {
        { () => nn.Sequential(nn.Conv2d(3, 2, 3)), "ONNX Runtime has no Conv for Float64" },
        { () => nn.Sequential(nn.GELU()), "ONNX Runtime has no Erf for Float64" },
        { () => new Lambda(x => nn.functional.interpolate(x, [9, 9], mode: InterpolationMode.Bilinear)),
            "ONNX Runtime has no Resize for Float64" },
        { () => new Lambda(x => x.to(ScalarType.BFloat16) * 2), "it returns a BFloat16 tensor" },
    };

    [Theory]
    [MemberData(nameof(WithoutKernel), DisableDiscoveryEnumeration = true)]
    public void Export_DtypeWithoutKernel_IsRefused(Func<nn.Module> build, string reason)
    {
        using var model = build().to(ScalarType.Float64);
        var problem = Assert.Single(OnnxExporter.Analyze(model, randn([2, 3, 6, 6], ScalarType.Float64)));
        Assert.Equal(reason, problem.Reason);
    }

    [Fact]
    public void Export_WeightsStoredInBFloat16_AreEqual()
    {
        using var model = new Stored();
        var program = OnnxExporter.Export(model, randn(2, 4), new() { Verifier = new OnnxRuntimeRunner() });
        Assert.Equal(["Cast", "Gemm"], program.Nodes.Select(node => node.OpType).Order());
    }

    [Fact]
    public void Export_ModuleInBFloat16_IsRoundedAfterEachOperation()
    {
        using var scope = NewDisposeScope();
        var inner = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 8), nn.LayerNorm(8),
            nn.GELU());
        inner.to(ScalarType.BFloat16).eval();
        var model = new Lambda(x =>
        {
            var y = inner.call(x.to(ScalarType.BFloat16));
            return (y * 0.3 + y.softmax(1)).masked_fill(y > 1, 1).to(float32);
        }, inner);
        ModuleCheck.IsEqual(
            model, randn(2, 1, 6, 6), new() { RelativeTolerance = 0.02, ScaleTolerance = 0.01 });
    }

    [Fact]
    public void Export_ComparisonOfBFloat16_RoundsTheNumber() => ModuleCheck.IsEqual(
        new Lambda(x => (x.sign().to(ScalarType.BFloat16) * 0.3 > 0.3).to(float32) + x), randn(2, 4));

    [Fact]
    public void Export_Bytes_AreEqual()
    {
        using var model = new Lambda(x => x.to(float32) / 255);
        ModuleCheck.IsEqual(model, randint(256, [2, 4], ScalarType.Byte));
        using var bytes = new Lambda(x => x.flip(1).maximum(x));
        ModuleCheck.IsEqual(bytes, randint(256, [2, 4], ScalarType.Byte));
    }

    private sealed class Stored : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = nn.Parameter(randn([3, 4], ScalarType.BFloat16));

        public Stored() : base(nameof(Stored)) => RegisterComponents();

        public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight.to(float32));
    }
}
