using TorchOnnx.OnnxRuntime;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

/// <summary>Tests the few passes in which a large module is traced and verified.</summary>
public sealed class LargeModuleTests
{
    [Theory]
    [InlineData(1, 1200)]
    [InlineData(4, 1000)]
    public void Export_ModuleWithManyWeights_CostsAtMostEightPasses(int batch, int width)
    {
        using var model = nn.Sequential(nn.Linear(width, 1000), nn.ReLU(), nn.BatchNorm1d(1000));
        var shapes = new List<long[]>();
        var program = Export(model, randn(batch, width), new(), shapes);

        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Equal("example", program.Report.Cases[0].Name);
        Assert.Contains(program.Report.Cases, @case => @case.InputShapes[0][0] != batch);
        Assert.InRange(batch + shapes.Sum(shape => shape[0]), 2 * batch, 8 * batch);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "3")]
    public void Export_GraphThatComputesWithSizes_IsVerifiedAtOneMoreSize(bool computes, string more)
    {
        using var model = new Lambda(x => computes ? x.tanh() * (x.shape[0] * 2) : x.tanh().reshape(x.shape[0], 2, -1));
        var shapes = new List<long[]>();
        Export(model, randn(1, 100), new() { Thorough = false }, shapes);

        // The trace of two elements has random inputs, and the verification uses its results.
        Assert.Equal("2" + more, string.Concat(shapes.Select(shape => shape[0])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_Thorough_DecidesBetweenFewAndManyCases(bool isThorough)
    {
        using var small = nn.Sequential(nn.Linear(4, 3), nn.Tanh());
        using var large = nn.Sequential(nn.Linear(1000, 1000), nn.Tanh());
        foreach (var (model, example) in ((Sequential, Tensor)[])[(small, randn(1, 4)), (large, randn(1, 1000))])
        {
            var report = Export(model, example, new() { Thorough = isThorough }, []).Report!;
            Assert.Equal(isThorough, report.Cases.Count > 4);
        }
    }

    [Fact]
    public void Export_OpenSides_StartFromAQuarterOfTheExample()
    {
        using var model = nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2));
        var shapes = new List<long[]>();
        var options = new OnnxExportOptions
        {
            Thorough = false,
            DynamicDimensions = [new("H", 0, 2) { MultipleOf = 2 }, new("W", 0, 3) { MultipleOf = 2 }],
        };
        var program = Export(model, randn(1, 3, 64, 64), options, shapes);

        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Contains(shapes, shape => shape is [1, 3, 16, 16]);
        Assert.True(program.Report.Cases.Count > 8);
        Assert.InRange(shapes.Sum(shape => shape.Aggregate((product, size) => product * size)), 1, 7 * 3 * 64 * 64);
    }

    [Fact]
    public void Export_ModuleThatRejectsSmallerSizes_StartsFromTheExample()
    {
        using var model = new Lambda(x => x.narrow(1, 0, 40).sin() + x.mean([1], keepdim: true));
        var shapes = new List<long[]>();
        var options = new OnnxExportOptions { Thorough = false, DynamicDimensions = [new("T", 0, 1)] };
        var program = Export(model, randn(1, 50), options, shapes);

        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Contains(shapes, shape => shape is [1, 51]);
    }

    [Fact]
    public void Export_Max_IsTriedWhateverItCosts()
    {
        using var model = nn.Linear(4, 3);
        var shapes = new List<long[]>();
        var options = new OnnxExportOptions
        {
            Thorough = false,
            DynamicBatch = false,
            DynamicDimensions = [new("N", 0, 0) { Max = 100 }],
        };
        Export(model, randn(1, 4), options, shapes);
        Assert.Contains(shapes, shape => shape is [100, 4]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Export_WrongConverter_IsRefused(bool isBatchOpen)
    {
        using var model = nn.Sequential(nn.Linear(4, 3), nn.Tanh());
        var options = new OnnxExportOptions
        {
            Thorough = false,
            DynamicBatch = isBatchOpen,
            Converters = new ConverterRegistry().Add<Tanh>((_, context) => context.Add("Sigmoid", context.Input)),
        };
        Assert.Throws<OnnxExportException>(() => Export(model, randn(1, 4), options, []));
    }

    [Fact]
    public void Export_OutputThatNeverChanges_IsRefused()
    {
        using var model = new Lambda(x => x * 0 + 5);
        var failure = Assert.Throws<OnnxExportException>(
            () => Export(model, randn(1, 4), new() { Thorough = false }, []));
        Assert.Equal(["output"], failure.Report!.Unproven);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_WeightsChangedLater_DoNotReachTheFile(bool asFunctions)
    {
        using var model = nn.Sequential(nn.Linear(4, 3), new Lambda(x => x + tensor([1f, 2, 3])));
        var program = OnnxExporter.Export(model, randn(1, 4), new() { ModulesAsFunctions = asFunctions });
        byte[] before = program.ToBytes();
        using (no_grad())
        {
            foreach (var weight in model.parameters()) weight.zero_();
        }
        Assert.Equal(before, program.ToBytes());
    }

    // The generator sees the shapes of all inputs but the example.
    private static OnnxProgram Export(nn.Module model, Tensor example, OnnxExportOptions options, List<long[]> shapes) =>
        OnnxExporter.Export(model, example, options with
        {
            Verifier = new OnnxRuntimeRunner(),
            InputGenerators = new Dictionary<int, InputGenerator>
            {
                [0] = (shape, random, _) =>
                {
                    shapes.Add([.. shape]);
                    return tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size))
                        .Select(_ => random.NextSingle() - 0.5f).ToArray()).reshape([.. shape]);
                },
            },
        });
}
