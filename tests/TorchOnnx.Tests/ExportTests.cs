using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using TorchSharp.Modules;

namespace TorchOnnx.Tests;

public sealed class ExportTests
{
    private sealed class Doubling() : nn.Module<Tensor, Tensor>(nameof(Doubling))
    {
        public override Tensor forward(Tensor input) => input * 2;
    }

    private sealed class Inverse() : nn.Module<Tensor, Tensor>(nameof(Inverse))
    {
        public override Tensor forward(Tensor input) => input.erfinv();
    }

    private static Sequential Model() => nn.Sequential(
        ("features", nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace: true))),
        ("drop", nn.Dropout()), ("flat", nn.Flatten()), ("head", nn.Linear(18, 3)));

    private static ModelProto Parse(OnnxProgram program) => ModelProto.Parser.ParseFrom(program.ToBytes());

    [Fact]
    public void Export_SameModelTwice_GivesSameBytes()
    {
        using var model = Model();
        using var example = randn(2, 1, 5, 5);
        var first = OnnxExporter.Export(
            model, example, new() { Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } });
        var second = OnnxExporter.Export(
            model, example, new() { Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });

        Assert.Equal(first.ToBytes(), second.ToBytes());
        Assert.Equal(["a", "b"], Parse(first).MetadataProps.Select(entry => entry.Key));
    }

    [Fact]
    public void Export_Names_FollowModulePathsAndStateDict()
    {
        using var model = Model();
        var program = OnnxExporter.Export(model, randn(2, 1, 5, 5));

        Assert.Equal(
            ["/features/0/Conv", "/features/1/Relu", "/flat/Reshape", "/head/Gemm"],
            program.Nodes.Select(node => node.Name));
        Assert.Equal(
            ["features.0.weight", "features.0.bias", "/flat/Constant", "head.weight", "head.bias"],
            Parse(program).Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Export_RepeatedNames_AreNumbered()
    {
        using var model = new Lambda(x => (x + 2) * 3 - 4 + 5);
        var program = OnnxExporter.Export(model, randn(2, 3));

        Assert.Equal(["/Add", "/Mul", "/Sub", "/Add_1"], program.Nodes.Select(node => node.Name));
        Assert.Equal(
            ["/Constant", "/Constant_1", "/Constant_2", "/Constant_3"],
            Parse(program).Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Export_OutputNamedLikeAParameter_RenamesTheParameter()
    {
        using var model = nn.Linear(4, 2);
        var program = ModuleCheck.IsEqual(model, randn(2, 4), new() { OutputNames = ["weight"] });

        Assert.Equal(["weight_1", "bias"], Parse(program).Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData(13, 7)]
    [InlineData(14, 7)]
    [InlineData(15, 8)]
    [InlineData(18, 8)]
    [InlineData(19, 9)]
    [InlineData(20, 9)]
    [InlineData(21, 10)]
    [InlineData(22, 10)]
    [InlineData(23, 11)]
    [InlineData(24, 12)]
    [InlineData(25, 13)]
    public void Export_Opset_WritesItsIrVersion(int opset, long version)
    {
        using var model = nn.ReLU();
        var proto = Parse(OnnxExporter.Export(model, randn(2, 3), new() { Opset = opset }));

        Assert.Equal((version, opset), (proto.IrVersion, proto.OpsetImport.Single().Version));
    }

    [Fact]
    public void Export_NoncontiguousParameter_Equal()
    {
        using var model = nn.Linear(nn.Parameter(randn(4, 3).t()), nn.Parameter(randn(3)));
        ModuleCheck.IsEqual(model, randn(2, 4));
    }

    [Fact]
    public void Export_Options_AreWritten()
    {
        using var model = Model();
        var proto = Parse(OnnxExporter.Export(model, randn(2, 1, 5, 5), new()
        {
            InputNames = ["pixels"],
            OutputNames = ["logits"],
            BatchDimensionName = "batch",
            ProducerName = "p",
            ProducerVersion = "1.2",
            ModelName = "m",
            DocString = "d",
        }));

        Assert.Equal(
            ("p", "1.2", "m", "d"), (proto.ProducerName, proto.ProducerVersion, proto.Graph.Name, proto.DocString));
        var (input, output) = (proto.Graph.Input.Single(), proto.Graph.Output.Single());
        Assert.Equal(("pixels", "logits"), (input.Name, output.Name));
        Assert.Equal("batch", input.Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal("batch", output.Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal([1, 5, 5], input.Type.TensorType.Shape.Dim.Skip(1).Select(dimension => dimension.DimValue));
        Assert.Equal(3, output.Type.TensorType.Shape.Dim[1].DimValue);
    }

    [Fact]
    public void Export_RawData_IsLittleEndian()
    {
        using var model = nn.Linear(1, 1, hasBias: false);
        using (no_grad()) model.weight.fill_(1f);
        var weight = Parse(OnnxExporter.Export(model, randn(1, 1))).Graph.Initializer.Single();

        Assert.Equal([0x00, 0x00, 0x80, 0x3F], weight.RawData.ToByteArray());
        Assert.Equal(((int)TensorProto.Types.DataType.Float, "weight"), (weight.DataType, weight.Name));
    }

    [Fact]
    public void Export_StaticBatch_FixesTheSize()
    {
        using var model = Model();
        var program = OnnxExporter.Export(model, randn(2, 1, 5, 5), new() { DynamicBatch = false });

        Assert.Equal(2, Parse(program).Graph.Input.Single().Type.TensorType.Shape.Dim[0].DimValue);
        Assert.Equal(5, program.Verify(new OnnxRuntimeRunner()).Cases.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_TiedWeights_AreWrittenAndCountedOnce(bool hasOtherHandle)
    {
        using var first = nn.Linear(4, 4);
        using var second = nn.Linear(
            hasOtherHandle ? nn.Parameter(first.weight.detach()) : first.weight, nn.Parameter(randn(4)));
        using var model = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), first);
        var program = ModuleCheck.IsEqual(model, randn(2, 4));

        Assert.Equal(["0.weight", "0.bias", "2.bias"], Parse(program).Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal(16 + 4 + 4, program.ParameterCount);
    }

    private sealed class SharedWithGates : nn.Module<Tensor, Tensor>
    {
        private readonly GRU _gru = nn.GRU(4, 4, batchFirst: true);

        public SharedWithGates() : base(nameof(SharedWithGates)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var weight = _gru.named_parameters().First(entry => entry.name == "weight_ih_l0").parameter;
            return _gru.call(_gru.call(input).Item1).Item1 + nn.functional.linear(input, weight).narrow(2, 0, 4);
        }
    }

    [Fact]
    public void Export_WeightUsedInTwoOrders_IsWrittenOncePerOrder()
    {
        using var model = new SharedWithGates();
        var program = ModuleCheck.IsEqual(model, randn(2, 3, 4));

        Assert.Equal(2, Parse(program).Graph.Initializer.Count(
            tensor => tensor.Name.StartsWith("_gru.weight_ih_l0", StringComparison.Ordinal)));
    }

    [Fact]
    public void Export_EmbeddingTiedToALinearLayer_IsWrittenOnce()
    {
        using var table = nn.Embedding(6, 4);
        using var model = new Lambda(x => nn.functional.linear(table.call(x), table.weight!), table);
        var program = ModuleCheck.IsEqual(model, tensor(new long[] { 0, 3, 5 }));

        Assert.Equal(["inner.weight"], Parse(program).Graph.Initializer.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Export_MixedModesAndGradients_AreRestored()
    {
        using var model = Model();
        model.train();
        var frozen = model.named_modules().Single(entry => entry.name == "features.0").module;
        frozen.eval();

        OnnxExporter.Export(model, randn(2, 1, 5, 5), new() { Verifier = new OnnxRuntimeRunner() });

        Assert.Equal(
            ["features.0"], model.named_modules().Where(entry => !entry.module.training).Select(entry => entry.name));
        Assert.True(model.training);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Export_InPlaceFirstLayer_KeepsExampleUnchanged()
    {
        using var model = nn.Sequential(nn.ReLU(inplace: true));
        using var example = full([2, 2], -1f);
        ModuleCheck.IsEqual(model, example);

        Assert.All(example.data<float>().ToArray(), element => Assert.Equal(-1f, element));
    }

    [Fact]
    public void Export_RegisteredConverter_WritesUserModule()
    {
        using var model = nn.Sequential(new Doubling(), nn.ReLU());
        var registry = new ConverterRegistry()
            .Add<Doubling>((_, context) => context.Add("Mul", [context.Input, context.Constant(2f)]));

        ModuleCheck.IsEqual(model, randn(2, 3), new() { Converters = registry });
        Assert.DoesNotContain(typeof(Doubling), new ConverterRegistry().ModuleTypes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Export_ConverterThrows_IsRefusedWithModuleAndLine(bool isModule)
    {
        var failure = new KeyNotFoundException("no scale.");
        var registry = new ConverterRegistry();
        if (isModule) registry.Add<Doubling>((_, _) => throw failure);
        else registry.AddMethod(typeof(Tensor), nameof(Tensor.erfinv), _ => throw failure);
        using var model = nn.Sequential(("a", nn.ReLU()), ("b", isModule ? new Doubling() : new Inverse()));

        var refusal = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 3), new() { Converters = registry }));

        var problem = Assert.Single(refusal.Problems);
        Assert.Same(failure, refusal.InnerException);
        Assert.Same(failure, problem.Exception);
        Assert.Equal("b", problem.ModulePath);
        Assert.Equal(
            $"the converter of {(isModule ? "Doubling" : "Tensor.erfinv")} failed with KeyNotFoundException: no scale",
            problem.Reason);
        Assert.Equal(isModule, problem.Line is null);
    }

    [Fact]
    public void Analyze_SeveralProblems_ReturnsThoseThatExportThrows()
    {
        using var model = nn.Sequential(
            ("a", new Inverse()), ("b", new Inverse()), ("c", nn.ReLU()),
            ("d", new Inverse()));
        var problems = OnnxExporter.Analyze(model, randn(2, 3));

        Assert.Equal(["a", "b", "d"], problems.Select(problem => problem.ModulePath));
        var failure = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 3)));
        Assert.Equal(problems, failure.Problems);
        Assert.Empty(OnnxExporter.Analyze(nn.ReLU(), randn(2, 3)));
    }

    [Fact]
    public void Analyze_CallsAfterARefusedCall_AreAnalyzedToo()
    {
        using var model = new Lambda(x => cat([x.erfinv(), x], 1).nonzero());
        var problems = OnnxExporter.Analyze(model, rand(2, 3));

        Assert.Equal(["Tensor.erfinv has no converter", "the number of elements it selects depends on the values of "
            + "the input"], problems.Select(problem => problem.Reason));
    }

    [Fact]
    public void Export_WeightsInOperationsWithoutConverter_AreReplacedByResults()
    {
        using var mixing = nn.Linear(3, 3);
        using var model = new Lambda(
            x =>
            {
                var (u, s, _) = linalg.svd(mixing.weight!);
                var rotation = linalg.inv(mixing.weight!.t() + 3 * eye(3));
                return mixing.forward(x).matmul(u).matmul(rotation) * s + mixing.bias!.erfinv()[1];
            },
            mixing);
        Assert.Empty(OnnxExporter.Analyze(model, randn(2, 3)));
        ModuleCheck.IsEqual(model, randn(2, 3));
    }

    [Fact]
    public void Export_InverseOfLargeWeights_IsReplacedByItsResult()
    {
        using var large = nn.Linear(520, 520);
        using var model = new Lambda(x => x.matmul(linalg.inv(large.weight! + 40 * eye(520))), large);
        ModuleCheck.IsEqual(model, randn(2, 520));
    }

    [Fact]
    public void Analyze_OperationOnOpenSizeWithoutConverter_IsRefused()
    {
        using var model = new Lambda(x => x * eye(x.shape[0]).erfinv()[0, 0]);
        Assert.StartsWith("Tensor.erfinv has no converter", OnnxExporter.Analyze(model, randn(2, 3))[0].Reason);
    }

    [Fact]
    public void Export_NullArguments_Throw()
    {
        using var model = nn.ReLU();
        Assert.Throws<ArgumentNullException>("model", () => OnnxExporter.Export(null!, randn(2, 2)));
        Assert.Throws<ArgumentNullException>("example", () => OnnxExporter.Export(model, (Tensor)null!));
        Assert.Throws<ArgumentNullException>("example", () => OnnxExporter.Export(model, (object?[])null!));
        Assert.Throws<ArgumentNullException>("options", () => OnnxExporter.Export(model, randn(2, 2), null!));
        var program = OnnxExporter.Export(model, randn(2, 2));
        Assert.Throws<ArgumentNullException>("runner", () => program.Verify(null!));
        Assert.Throws<ArgumentException>("path", () => program.Save(""));
    }

    [Fact]
    public void Export_HalfPrecisionModule_IsRefused()
    {
        using var model = nn.Linear(2, 2).to(ScalarType.Float16);
        var example = Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, randn([2, 2], ScalarType.Float16)));
        Assert.StartsWith(
            "The example has dtype Float16. Supported are Float32, Float64, Int64, Int32, Byte, Bool.",
            example.Message);
        Assert.Equal(
            "parameter 'weight' has dtype Float16, and supported are Float32, Float64, BFloat16, ComplexFloat32, "
                + "ComplexFloat64",
            OnnxExporter.Analyze(model, randn(2, 2))[0].Reason);
    }

    [Fact]
    public void Export_InvalidOptions_Throws()
    {
        using var model = nn.ReLU();
        void Refused(OnnxExportOptions options, string start) => Assert.StartsWith(
            start, Assert.Throws<ArgumentException>(() => OnnxExporter.Export(model, randn(2, 2), options)).Message);

        Refused(new() { Opset = 12 }, "Opset must be from 13 to 25.");
        Refused(
            new() { InputNames = ["a", "b"] },
            "InputNames needs 1 non-empty name, one for each input tensor, and has 2.");
        Refused(
            new() { OutputNames = ["a", "b"] },
            "OutputNames needs 1 non-empty name, one for each output tensor, and has 2.");
        Refused(new() { InputNames = [""] }, "InputNames needs 1 non-empty name, one for each input tensor");
        using var pair = new BinaryLambda((left, right) => left + right);
        Assert.StartsWith("InputNames needs 2 non-empty names", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(pair, [randn(2), randn(2)], new() { InputNames = ["a", ""] })).Message);
        Refused(new() { OutputNames = ["input"] }, "The name 'input' occurs twice among the inputs and outputs.");
        Refused(new() { BatchDimensionName = "" }, "BatchDimensionName must not be empty.");
        Refused(new() { RelativeTolerance = -1 }, "RelativeTolerance must be a number of at least 0.");
        Refused(new() { ScaleTolerance = double.NaN }, "ScaleTolerance must be a number of at least 0.");
        Refused(new() { InputNames = null! }, "InputNames must not be null.");
        Refused(new() { InputNames = [null!] }, "InputNames needs 1 non-empty name");
        Refused(new() { Metadata = null! }, "Metadata must not be null.");
        Refused(new() { Converters = null! }, "Converters must not be null.");
        Refused(new() { DocString = null! }, "DocString must not be null.");
        Refused(new() { DynamicDimensions = [null!] }, "DynamicDimensions, InputGenerators and Metadata must not");
        Refused(new() { CustomDomains = new Dictionary<string, int> { ["d"] = 0 } }, "CustomDomains must contain");
        Refused(
            new() { DynamicDimensions = [new("T", 0, 1), new("U", 0, 1)] },
            "The open dimension 1 of input 0 has two names, 'T' and 'U'.");
        Assert.StartsWith("The example is a sparse tensor", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, ones(2, 2).to_sparse())).Message);
        Assert.StartsWith("The example is a sparse tensor", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, ones(2, 2, device: new Device(DeviceType.META)))).Message);
        var disposed = randn(2, 2);
        disposed.Dispose();
        Assert.StartsWith("The example's tensors were disposed", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, disposed)).Message);
        Assert.StartsWith("The example of shape [0, 2] is empty", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, randn(0, 2))).Message);
        Assert.StartsWith("The example is a scalar", Assert.Throws<ArgumentException>(
            () => OnnxExporter.Export(model, tensor(1f))).Message);
    }
}
