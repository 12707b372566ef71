using TorchOnnx.Tests.Modules;

namespace TorchOnnx.Tests.Operations;

public sealed class DataDependentTests
{
    public static TheoryData<string, Func<Tensor, Tensor[]>> Selections => new()
    {
        { "nonzero", x => [x.relu().nonzero(), (x > 0).argwhere() + 1] },
        { "masked_select", x => [x.masked_select(x > 0).exp(), x.masked_select(x[0] > 0)] },
        { "mask as an index", x => [x[x > 0] * 2, x[x[.., 0] > 0].relu(), x[.., TensorIndex.Tensor(x[0] > 0)]] },
        { "mask of two dimensions", x => [x.unsqueeze(2).expand(-1, -1, 3)[x > 0].sum(1)] },
        { "reshaped selection", x => [x[x > 0].unsqueeze(1).expand(-1, 3).reshape(-1) + 1] },
        { "unique", x => [(x * 2).to(int64).unique().output, x.unique().output] },
        { "unique of rows", x => [(x * 2).round().unique(dim: 0).output] },
        { "unique with counts", x =>
            {
                var (values, inverse, counts) = (x * 2).to(int32).unique(return_inverse: true, return_counts: true);
                return [values, inverse!, counts!];
            }
        },
        { "runs", x =>
            {
                var (values, inverse, counts) = (x > 0).to(int32).unique_consecutive(true, true);
                return [values, inverse!, counts!];
            }
        },
        { "bincount", x => [(x * 3).abs().to(int64).flatten().bincount(null!), Weighted((x * 3).abs())] },
    };

    private static Tensor Weighted(Tensor x) => x.to(int64).flatten().bincount(x.flatten(), 3);

    // The numbers of selected elements must differ between the elements that the exporter tries.
    private static Tensor Example()
    {
        using var random = new Generator(1);
        return randn(6, 8, generator: random);
    }

    [Theory]
    [MemberData(nameof(Selections), DisableDiscoveryEnumeration = true)]
    public void Export_DataDependentShapes_AreEqual(string what, Func<Tensor, Tensor[]> function)
    {
        Assert.NotEmpty(what);
        using var scope = NewDisposeScope();
        ModuleCheck.IsEqual(new MultipleLambda(function), Example(), new() { DataDependentShapes = true });
        Assert.NotEmpty(OnnxExporter.Analyze(new MultipleLambda(function), Example()));
    }

    [Fact]
    public void Export_WritesToMask_AreEqual() => new Case[]
    {
        new("values", x => { var y = x + 0; y[x > 0] = x[x > 0] * 2; return y; }, [6, 8]) { DataDependent = true },
        new("as many values", x => { var y = x + 0; y[ones_like(x) > 0] = x.flatten().exp(); return y; }, [6, 8]),
        new("rows", x => { var y = x + 0; y[x[.., 0] > -9] = x.exp(); return y; }, [6, 8]),
        new("masked_scatter", x => (x + 0).masked_scatter(x > 0, x.exp()), [6, 8]),
        new("masked_scatter_", x => (x + 0).masked_scatter_(x[0] > 0, x.exp()), [6, 8]),
    }.ToList().ForEach(@case => @case.IsEqual());

    [Fact]
    public void Export_SelectionOfEverything_IsRefused()
    {
        using var model = new Lambda(x => x[x > -99]);
        var problem = Assert.Single(
            OnnxExporter.Analyze(model, Example(), new OnnxExportOptions { DataDependentShapes = true }));
        Assert.Equal(
            "the number of elements it selects is the same for all elements that were tried", problem.Reason);
    }
}
