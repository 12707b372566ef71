using System.Text.Json;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tracing;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

public sealed class VerificationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-export-");

    private static readonly ConverterRegistry Wrong = new ConverterRegistry()
        .Add<Tanh>((_, context) => context.Add("Sigmoid", context.Input));

    public void Dispose() => _folder.Delete(recursive: true);

    // The last layer sets the scale of the results, and a bias above it hides what depends on the input.
    private static Sequential Scaled(double scale, double bias)
    {
        var model = nn.Sequential(("a", nn.Linear(4, 8)), ("b", nn.ReLU6()), ("c", nn.Linear(8, 3)));
        using var noGrad = no_grad();
        var last = (Linear)model[2];
        last.weight.mul_(scale);
        last.bias!.fill_(bias);
        return model;
    }

    private static bool OnnxRuntimeGives(Linear model, string path)
    {
        using var session = new OnnxRuntimeRunner().Load(path);
        using var scope = NewDisposeScope();
        var input = randn(2, 100);
        var output = (GraphTensor<float>)session.Run(
            new Dictionary<string, GraphTensor> { ["input"] = TensorCopy.ToManaged(input) })["output"];
        return tensor(output.Data, output.Shape.ToArray()).allclose(model.call(input), 1e-4, 1e-5);
    }

    private static Sequential Model() => nn.Sequential(
        ("a", nn.Linear(4, 5)), ("b", nn.Sequential(("c", nn.ReLU()), ("d", nn.Tanh()))), ("e", nn.Linear(5, 2)));

    [Fact]
    public void ToString_FailureWithoutDifferences_GivesTheReasonAlone()
    {
        var failed = new VerificationCase
        {
            Name = "example",
            InputShapes = [[1L, 3L]],
            MaxAbsoluteDifference = double.PositiveInfinity,
            MaxRelativeDifference = double.PositiveInfinity,
            Passed = false,
            Failure = "the graph does not run",
        };
        Assert.Equal("example [1, 3]: the graph does not run", failed.ToString());
    }

    [Theory]
    [InlineData(1.00003, "If the difference is only rounding, set ScaleTolerance = 1e-4.")]
    [InlineData(1.1, "or report a wrong built-in one. If the module isn't made for such inputs, make others with")]
    public void Export_DifferingResult_NamesRemedy(double factor, string remedy)
    {
        using var model = nn.Sequential(nn.Tanh());
        var options = new OnnxExportOptions
        {
            Converters = new ConverterRegistry().Add<Tanh>((_, context) => context.Add(
                "Mul", [context.Add("Tanh", context.Input), context.Constant(factor)])),
            RelativeTolerance = 1e-5,
            Verifier = new OnnxRuntimeRunner(),
        };
        var failure = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 4), options));
        Assert.Contains(remedy, failure.Problems[0].Remedy);
    }

    public static TheoryData<string, Func<Tensor, Tensor>> Interpolations => new()
    {
        { "bilinear", x => nn.functional.interpolate(
            x, [300, 12], mode: InterpolationMode.Bilinear, align_corners: false) },
        { "bilinear, corners", x => nn.functional.interpolate(
            x, [700, 12], mode: InterpolationMode.Bilinear, align_corners: true) },
        { "bicubic", x => nn.functional.interpolate(
            x, scale_factor: [3, 3], mode: InterpolationMode.Bicubic, align_corners: false) },
        { "limited", x => nn.functional.interpolate(
            x, scale_factor: [3, 3], mode: InterpolationMode.Bicubic, align_corners: false).clamp(0, 1) },
    };

    // libtorch and ONNX Runtime round source coordinates differently.
    [Theory]
    [MemberData(nameof(Interpolations))]
    public void Export_LongInterpolatedSide_IsVerified(string name, Func<Tensor, Tensor> interpolate)
    {
        using var model = new Lambda(interpolate);
        using var generator = new Generator(1);
        using var example = randn([2, 1, 500, 8], generator: generator);

        var program = OnnxExporter.Export(model, example, new() { Verifier = new OnnxRuntimeRunner() });

        Assert.True(program.Verify(new OnnxRuntimeRunner()).Passed, name);
    }

    [Theory]
    [InlineData(64, 1.0001)]
    [InlineData(500, 1.001)]
    public void Export_WrongFactorAfterInterpolation_IsRefused(int height, double factor)
    {
        using var model = new Lambda(x => nn.functional.interpolate(
            x, scale_factor: [3, 3], mode: InterpolationMode.Bilinear, align_corners: false).tanh());
        var options = new OnnxExportOptions
        {
            Converters = new ConverterRegistry().AddMethod(typeof(Tensor), nameof(Tensor.tanh), context => context.Add(
                "Mul", [context.Add("Tanh", context.Tensor("this")), context.Constant(factor)])),
            RelativeTolerance = 1e-5,
            Verifier = new OnnxRuntimeRunner(),
        };

        var failure = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 1, height, 8), options));

        Assert.False(failure.Report!.Passed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_WrongConverter_ReportsDivergingNode(bool halfPrecision)
    {
        using var model = Model();
        var options = new OnnxExportOptions
        {
            Converters = Wrong,
            HalfPrecision = halfPrecision,
            Verifier = new OnnxRuntimeRunner(),
        };

        var failure = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 4), options));

        Assert.False(failure.Report!.Passed);
        Assert.Equal("/b/d/Sigmoid", failure.Report.Divergence!.Node);
        Assert.Equal("b.d", failure.Report.Divergence.ModulePath);
        Assert.Contains("first diverging node: /b/d/Sigmoid", failure.Message);
        Assert.Contains("FAILED", failure.Report.ToString());
    }

    [Fact]
    public void Save_AfterFailedVerification_LeavesNoFile()
    {
        using var model = Model();
        var program = OnnxExporter.Export(model, randn(2, 4), new() { Converters = Wrong });
        Assert.False(program.Verify(new OnnxRuntimeRunner()).Passed);

        Assert.Throws<OnnxExportException>(() => program.Save(Path.Combine(_folder.FullName, "m.onnx")));
        Assert.Throws<OnnxExportException>(
            () => program.Quantize([randn(2, 4)], new() { Runner = new OnnxRuntimeRunner() }));
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void Save_UnwritableFolder_ThrowsAndLeavesNoFile()
    {
        using var model = Model();
        var program = OnnxExporter.Export(model, randn(2, 4));
        string file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "no folder");

        string[] targets = [Path.Combine(file, "m.onnx"), Path.Combine(_folder.FullName, "missing", "m.onnx")];
        // Even root cannot create a file there.
        if (OperatingSystem.IsLinux()) targets = [.. targets, "/proc/m.onnx"];
        foreach (string target in targets)
        {
            var failure = Assert.Throws<IOException>(() => program.Save(target));
            Assert.StartsWith($"'{target}' cannot be written", failure.Message);
            Assert.EndsWith("choose another path.", failure.Message);
            Assert.False(File.Exists(target));
        }
        Assert.Equal(["file"], _folder.GetFileSystemInfos().Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(int.MaxValue, "m.onnx")]
    [InlineData(0, "m.onnx", "m.onnx.data")]
    public void Save_ExistingFiles_AreReplacedNotOverwritten(long threshold, params string[] names)
    {
        using var model = nn.Linear(100, 10);
        var program = OnnxExporter.Export(model, randn(2, 100), new() { ExternalDataThreshold = threshold });
        string[] paths = [.. names.Select(name => Path.Combine(_folder.FullName, name))];
        foreach (string path in paths) File.WriteAllText(path, "old");
        FileStream[] readers =
            [.. paths.Select(path => File.Open(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))];

        program.Save(paths[0]);

        // A program that has a file open keeps reading the old one.
        Assert.All(readers, reader => Assert.Equal(3, reader.Length));
        Assert.All(readers, reader => reader.Dispose());
        Assert.True(OnnxRuntimeGives(model, paths[0]));
        Assert.Equal(names, _folder.GetFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public void Verify_DynamicBatch_ComparesExampleRandomAndOtherBatchSizes()
    {
        using var model = Model();
        var report = OnnxExporter.Export(model, randn(2, 4)).Verify(new OnnxRuntimeRunner());

        Assert.True(report.Passed, report.ToString());
        Assert.Equal([2, 2, 2, 2, 2, 1, 4, 33, 63], report.Cases.Select(@case => @case.InputShapes[0][0]));
        Assert.StartsWith("ONNX Runtime 1.", report.Runtime);
        Assert.Equal((17, 4L * 5 + 5 + 5 * 2 + 2), (report.Opset, report.Parameters));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.True(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(9, json.RootElement.GetProperty("cases").GetArrayLength());
    }

    [Fact]
    public void Verify_WeightsChangedAfterExport_Fails()
    {
        using var model = nn.Linear(4, 2);
        var program = OnnxExporter.Export(model, randn(2, 4));
        Assert.True(program.Verify(new OnnxRuntimeRunner()).Passed);

        using (no_grad()) model.bias!.add_(0.01);

        Assert.False(program.Verify(new OnnxRuntimeRunner()).Passed);
    }

    [Fact]
    public void Verify_DifferenceWithinTolerance_Passes()
    {
        using var model = nn.Linear(4, 2);
        var program = OnnxExporter.Export(model, randn(2, 4), new() { ScaleTolerance = 0.5 });
        using (no_grad()) model.bias!.add_(0.01);

        var report = program.Verify(new OnnxRuntimeRunner());

        Assert.True(report.Passed, report.ToString());
        Assert.InRange(report.MaxAbsoluteDifference, 0.0099, 0.0101);
    }

    [Theory]
    [InlineData(1e-20, 0)]
    [InlineData(1e-9, 0)]
    [InlineData(1, 0)]
    [InlineData(1e6, 0)]
    [InlineData(1e-9, 1)]
    [InlineData(1e-4, 1000)]
    public void Verify_WrongConverterAtAnyScale_Fails(double scale, double bias)
    {
        using var model = Scaled(scale, bias);
        var wrong = new ConverterRegistry().Add<ReLU6>((_, context) => context.Add("Neg", context.Input));

        var report = OnnxExporter.Export(model, randn(2, 4), new() { Converters = wrong })
            .Verify(new OnnxRuntimeRunner());

        Assert.False(report.Passed, report.ToString());
    }

    [Theory]
    [InlineData(1e-20, 0)]
    [InlineData(1e6, 0)]
    [InlineData(1e-3, 1)]
    public void Verify_RightConverterAtAnyScale_Passes(double scale, double bias)
    {
        using var model = Scaled(scale, bias);
        var report = OnnxExporter.Export(model, randn(2, 4)).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Verify_OutputHiddenByBias_TriesScaledInputs()
    {
        using var model = nn.Linear(4, 2);
        using (no_grad()) model.weight.mul_(1e-10);

        var report = OnnxExporter.Export(model, randn(2, 4)).Verify(new OnnxRuntimeRunner());

        Assert.True(report.Passed, report.ToString());
        Assert.Contains(report.Cases, @case => @case.Name.StartsWith("random × ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, ScalarType.Float32)]
    [InlineData(3, ScalarType.Float32)]
    [InlineData(3, ScalarType.Float64)]
    [InlineData(3, ScalarType.Int64)]
    [InlineData(0, ScalarType.Bool)]
    public void Export_OutputThatNeverChanges_IsRefused(float constant, ScalarType type)
    {
        using var model = new MultipleLambda(x => [x, (x.abs().neg().relu() + constant).to(type)]);
        var options = new OnnxExportOptions { OutputNames = ["x", "dead"], Verifier = new OnnxRuntimeRunner() };

        var failure = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 4), options));

        Assert.Equal(["dead"], failure.Report!.Unproven);
        Assert.Contains("output 'dead' didn't change by more than rounding", failure.Message);
        Assert.Contains("equality proves nothing. Give the module weights", failure.Message);
        Assert.Contains("UNPROVEN", failure.Report.ToString());
    }

    // Results of other sizes don't show that an output changes.
    [Fact]
    public void Verify_InputOfFixedSizeAndOutputThatNeverChanges_Fails()
    {
        using var model = new BinaryLambda((x, y) => x.abs().neg().relu() + y.abs().neg().relu().sum());
        var report = OnnxExporter.Export(model, [randn(2, 4), randn(3)]).Verify(new OnnxRuntimeRunner());
        Assert.Equal(["output"], report.Unproven);
    }

    // A constant output whose parts cancel out, so that larger inputs only add rounding.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Verify_ConstantOutputOfDifferentElements_ComparesEveryNode(ScalarType type)
    {
        using var linear = nn.Linear(4, 4, dtype: type);
        using var model = new Lambda(x => linear.call(x) + linear.call(x.neg()), linear);
        var report = OnnxExporter.Export(model, randn([2, 4], type)).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());

        var wrong = new ConverterRegistry().AddMethod(typeof(Tensor), nameof(Tensor.neg), context => context.Input);
        report = OnnxExporter.Export(model, randn([2, 4], type), new() { Converters = wrong })
            .Verify(new OnnxRuntimeRunner());
        Assert.False(report.Passed, report.ToString());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Verify_OutputThatIsInfiniteAtZero_Passes(ScalarType type)
    {
        using var model = new MultipleLambda(x => [x * 2, x.reciprocal()]);
        var report = OnnxExporter.Export(model, randn([2, 4], type)).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Verify_SinesThatDifferByRounding_PassesWithAllCases(bool isThorough)
    {
        using var model = new Lambda(x => (x * 1000).sin());
        var program = OnnxExporter.Export(model, linspace(-3, 3, 400).view(4, 100), new()
        {
            Thorough = isThorough,
            Converters = new ConverterRegistry().AddMethod(typeof(Tensor), nameof(Tensor.sin), context => context.Add(
                "Sin", context.Add("Mul", [context.Tensor("this"), context.Constant(MathF.BitIncrement(1))]))),
        });
        var report = program.Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
        Assert.Equal("example", report.Cases[0].Name);
        Assert.True(report.Cases[0].MaxRelativeDifference > 1e-4);
    }

    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float64)]
    public void Verify_OutputOfAnyType_IsProvedByOneBatch(ScalarType type)
    {
        using var model = new Lambda(x => (x > 0).to(type));
        var report = OnnxExporter.Export(model, randn(8, 4), new() { Thorough = false }).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Verify_OutputOfSizesAlone_Passes()
    {
        using var model = new MultipleLambda(x => [x, ones_like(x), arange(x.shape[0])]);
        var report = OnnxExporter.Export(model, randn(2, 4)).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Verify_ExampleOfZeroIndices_TriesOthers()
    {
        using var model = nn.Embedding(10, 4);
        var report = OnnxExporter.Export(model, zeros(2, 3, dtype: ScalarType.Int64)).Verify(new OnnxRuntimeRunner());
        Assert.True(report.Passed, report.ToString());
    }

    // The first weight sets the scale of the output. The difference is in the other one.
    [Theory]
    [InlineData(false, null, null, 140, 0, 1.3e-3, true)]
    [InlineData(false, null, null, 140, 0, 1.5e-3, false)]
    [InlineData(false, null, null, 140, 140, 1.5e-2, true)]
    [InlineData(false, null, null, 140, 140, 1.6e-2, false)]
    [InlineData(false, null, null, 1e-9, 0, 0.9e-14, true)]
    [InlineData(false, null, null, 1e-9, 0, 1.1e-14, false)]
    [InlineData(false, 1e-3, 0.0, 140, 140, 0.13, true)]
    [InlineData(false, 1e-3, 0.0, 140, 140, 0.15, false)]
    [InlineData(false, 0.0, 1e-3, 140, 0, 0.13, true)]
    [InlineData(false, 0.0, 1e-3, 140, 0, 0.15, false)]
    [InlineData(true, null, null, 140, 0, 1.3, true)]
    [InlineData(true, null, null, 140, 0, 1.5, false)]
    [InlineData(true, null, null, 140, 140, 2.75, true)]
    [InlineData(true, null, null, 140, 140, 3, false)]
    public void Verify_Tolerances_AreRelativeToElementAndScale(
        bool halfPrecision, double? relative, double? toScale, double scale, double weight, double difference,
        bool passes)
    {
        using var model = nn.Linear(1, 2, hasBias: false);
        using var noGrad = no_grad();
        model.weight.copy_(tensor(new[] { scale, weight }).reshape(2, 1));
        var options = new OnnxExportOptions
        {
            HalfPrecision = halfPrecision,
            RelativeTolerance = relative,
            ScaleTolerance = toScale,
            DynamicBatch = false,
        };
        var program = OnnxExporter.Export(model, ones(1, 1), options);
        model.weight.add_(tensor(new[] { 0, difference }).reshape(2, 1));

        var example = program.Verify(new OnnxRuntimeRunner()).Cases[0];

        Assert.Equal(passes, example.Passed);
        Assert.InRange(example.MaxAbsoluteDifference, difference * 0.99, difference * 1.01);
        Assert.InRange(example.MaxRelativeDifference, difference / scale * 0.97, difference / scale * 1.03);
    }

    [Fact]
    public void Verify_GraphRejectedByRuntime_FailsWithReason()
    {
        using var model = nn.Tanh();
        var registry = new ConverterRegistry()
            .Add<Tanh>((_, context) => context.Add("NoSuchOperator", context.Input));
        var report = OnnxExporter.Export(model, randn(2, 4), new() { Converters = registry })
            .Verify(new OnnxRuntimeRunner());

        Assert.False(report.Passed);
        Assert.Contains("does not load the graph", report.Cases[0].Failure);
        Assert.Contains("NoSuchOperator", report.Cases[0].Failure);
    }

    [Fact]
    public void Verify_DisposedExample_Throws()
    {
        using var model = nn.Linear(2, 2);
        var example = randn(2, 2);
        var program = OnnxExporter.Export(model, example);
        example.Dispose();
        Assert.StartsWith("The example's tensors were disposed", Assert.Throws<InvalidOperationException>(
            () => program.Verify(new OnnxRuntimeRunner())).Message);
    }

    [Fact]
    public void Verify_ModuleReturningNaN_Fails()
    {
        using var model = nn.Linear(2, 2);
        using (no_grad()) model.bias!.fill_(float.NaN);
        var report = OnnxExporter.Export(model, randn(2, 2)).Verify(new OnnxRuntimeRunner());

        Assert.False(report.Passed);
        Assert.Contains("no finite number", report.ToString());
        string message = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(
            model, randn(2, 2), new() { Verifier = new OnnxRuntimeRunner() })).Message;
        Assert.Contains("Give the module finite weights", message);
        Assert.DoesNotContain("converter", message);
    }
}
