using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchOnnx.Tests;

public sealed class OpenSizeTests
{
    public static TheoryData<string, Func<Tensor, Tensor>, int> Changing => new()
    {
        { "condition above", x => x.shape[1] > 100 ? x[.., ..100] : x * 1, 6 },
        { "condition below", x => x.shape[1] > 4 ? x.relu() : x.sigmoid(), 9 },
        { "minimum", x => x[.., ..(int)Math.Min(x.shape[1], 20)] + 0, 6 },
        { "maximum", x => x / Math.Max(x.shape[1], 20), 6 },
        { "square root", x => x[.., ..(int)Math.Sqrt(x.shape[1])] + 0, 9 },
        { "logarithm", x => x[.., ..(int)Math.Log2(x.shape[1])] + 0, 10 },
        { "coarse rounding", x => x / (1 + x.shape[1] / 100), 6 },
        { "remainder", x => x * (x.shape[1] % 7), 7 },
        { "loop over blocks",
            x => Enumerable.Range(0, (int)(x.shape[1] + 63) / 64).Aggregate(x, (sum, _) => sum + x), 6 },
    };

    [Theory]
    [MemberData(nameof(Changing), DisableDiscoveryEnumeration = true)]
    public void Export_CodeChangingFarFromExample_IsRefusedWithLine(
        string what, Func<Tensor, Tensor> function, int example)
    {
        using var model = new Lambda(function);
        var refusal = Assert.Throws<OnnxExportException>(() =>
        {
            OnnxExporter.Export(model, randn(2, example), Open() with { Verifier = new OnnxRuntimeRunner() });
            Assert.Fail(what);
        });
        Assert.Equal("OpenSizeTests.cs", Path.GetFileName(Assert.Single(refusal.Problems).Line!.File));
    }

    public static TheoryData<string, Func<Tensor, Tensor>, int> Following => new()
    {
        { "half", x => x[.., ..(int)(x.shape[1] / 2 + 1)] + 0, 6 },
        { "half rounded up", x => x[.., (int)((x.shape[1] - 1) / 2)..] + 0, 6 },
        { "all but the last", x => x[.., ..(int)(x.shape[1] - 1)] + 0, 9 },
        { "a 64th", x => x / (1 + x.shape[1] / 64), 6 },
        { "square", x => x.unsqueeze(2).expand(-1, -1, x.shape[1]).reshape(x.shape[0], x.shape[1] * x.shape[1]), 5 },
        { "triangle", x => x.unsqueeze(2).expand(-1, -1, x.shape[1]).tril(), 5 },
        { "maximum of a range", x => x + arange(x.shape[1], ScalarType.Float32).aminmax(0).max, 7 },
        { "positions", x => x + arange(x.shape[1], ScalarType.Float32), 7 },
    };

    [Theory]
    [MemberData(nameof(Following), DisableDiscoveryEnumeration = true)]
    public void Export_SizeComputedFromOpenSize_IsEqualAtEverySize(
        string what, Func<Tensor, Tensor> function, int example)
    {
        using var model = new Lambda(function);
        var program = OnnxExporter.Export(model, randn(2, example), Open() with { Verifier = new OnnxRuntimeRunner() });
        using var session = new OnnxRuntimeRunner().Load(program.ToBytes());
        for (long size = 2; size <= 300; size++)
        {
            using var scope = NewDisposeScope();
            var input = randn(2, size);
            var expected = (GraphTensor<float>)TensorCopy.ToManaged(function(input));
            var actual = (GraphTensor<float>)session.Run(
                new Dictionary<string, GraphTensor> { ["x"] = TensorCopy.ToManaged(input) })["y"];
            Assert.True(expected.Shape.SequenceEqual(actual.Shape), $"{what} at {size}: {actual.Shape}");
            Assert.Equal(expected.Data, actual.Data);
        }
    }

    [Fact]
    public void Export_ConditionBeyondMax_IsVerifiedUpToMax()
    {
        using var model = new Lambda(x => x.shape[1] > 100 ? x[.., ..100] : x * 2);
        var program = OnnxExporter.Export(
            model, randn(2, 6), Open(max: 100) with { Verifier = new OnnxRuntimeRunner() });

        Assert.Contains(program.Report!.Cases, @case => @case.Name == "T = 99");
        Assert.DoesNotContain(program.Report.Cases, @case => @case.InputShapes[0][1] > 100);
    }

    [Fact]
    public void Export_ConditionBelowMax_IsRefused()
    {
        using var model = new Lambda(x => x.shape[1] > 1000 ? x[.., ..1000] : x * 2);

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 6), Open(max: 1001)));

        Assert.Contains(
            "with T = 1001 the forward pass makes other calls from Tensor.mul on, so a condition", refusal.Message);
    }

    [Fact]
    public void Export_MaxThatModuleRejects_IsRefused()
    {
        using var model = new Positions(32);

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 6, 4), Open(max: 33)));

        Assert.Contains(
            "The module accepts the example but not T = 33: set the dimension's Max to a size that the module accepts",
            refusal.Message);
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(32, 23)]
    [InlineData(200, 191)]
    public void Export_PositionTable_IsVerifiedUpToItsEnd(int positions, long farthest)
    {
        using var model = new Positions(positions);
        var program = OnnxExporter.Export(model, randn(2, 6, 4), Open() with { Verifier = new OnnxRuntimeRunner() });

        long proven = program.Report!.Cases.Max(@case => @case.InputShapes[0][1]);
        Assert.Equal(farthest, proven);
    }

    [Theory]
    [InlineData(9, 1, "'T' has size 6 in the example and Max 9. Max must be at least 10 and a multiple of 1. "
        + "Change Max or use a smaller example.")]
    [InlineData(15, 2, "'T' has size 6 in the example and Max 15. Max must be at least 14 and a multiple of 2. "
        + "Change Max or use a smaller example.")]
    public void Export_MaxTooNearExample_Throws(int max, int multiple, string sentence)
    {
        using var model = new Lambda(x => x * 2);
        var failure = Assert.Throws<ArgumentException>(() => OnnxExporter.Export(
            model, randn(2, 6), new() { DynamicDimensions = [new("T", 0, 1) { MultipleOf = multiple, Max = max }] }));
        Assert.Contains(sentence, failure.Message);
    }

    private static OnnxExportOptions Open(int? max = null) => new()
    {
        InputNames = ["x"],
        OutputNames = ["y"],
        DynamicDimensions = [new("T", 0, 1) { Max = max }],
    };

    private sealed class Positions : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _table;

        public Positions(int count) : base(nameof(Positions))
        {
            _table = nn.Embedding(count, 4);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + _table.call(arange(input.shape[1]));
    }
}
