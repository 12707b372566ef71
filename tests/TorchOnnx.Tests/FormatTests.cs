using System.Text.Json;
using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchSharp;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Tests;

public sealed class FormatTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-format-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static nn.Module<Tensor, Tensor> Model() => nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(100, 30),
        nn.Softmax(1));

    private string File(string name) => Path.Combine(_folder.FullName, name);

    [Fact]
    public void Export_HalfPrecision_ComputesInFloat16BetweenFloat32InputsAndOutputs()
    {
        using var model = Model();
        ModuleCheck.Randomize(model);
        var program = ModuleCheck.IsEqual(model, rand(2, 1, 12, 12), new() { HalfPrecision = true });

        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.All(graph.Initializer, tensor => Assert.NotEqual((int)DataType.Float, tensor.DataType));
        Assert.Equal((int)DataType.Float, graph.Input.Single().Type.TensorType.ElemType);
        Assert.Equal((int)DataType.Float, graph.Output.Single().Type.TensorType.ElemType);
        Assert.Equal(("Cast", "Cast"), (graph.Node[0].OpType, graph.Node[^1].OpType));
        // float16 has 11 significant bits.
        Assert.InRange(program.Verify(new OnnxRuntimeRunner()).MaxAbsoluteDifference, 1e-6, 1e-2);
    }

    [Fact]
    public void Export_HalfPrecisionWithIntegers_KeepsTheirTypes()
    {
        using var table = nn.Embedding(5, 3);
        using var model = new MultipleLambda(x =>
            [table.call(x) * x.to(ScalarType.Float32).unsqueeze(1), x * 2, x.to(ScalarType.Float32)]);
        model.register_module("table", table);
        var program = ModuleCheck.IsEqual(model, tensor(new long[] { 1, 4, 0 }), new() { HalfPrecision = true });

        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.Equal((int)DataType.Int64, graph.Input.Single().Type.TensorType.ElemType);
        Assert.Equal(
            [DataType.Float, DataType.Int64, DataType.Float],
            graph.Output.Select(output => (DataType)output.Type.TensorType.ElemType));
        // Casts from the input to float16, and from the two float16 results to the outputs.
        Assert.Equal(
            [DataType.Float16, DataType.Float16, DataType.Float, DataType.Float],
            graph.Node.Where(node => node.OpType == "Cast").Select(node => (DataType)node.Attribute.Single().I));
    }

    [Fact]
    public void Export_HalfPrecisionWithSeveralInputs_CastsThemInOrderAndKeepsResizeScales()
    {
        using var resize = nn.Upsample(scale_factor: [2, 2]);
        using var model = new BinaryLambda((x, y) => resize.call(x + y), resize);
        var registry = new ConverterRegistry().Add<TorchSharp.Modules.Upsample>((_, context) => context.Add(
            "Resize", [context.Input, null, context.Constant([1f, 1, 2, 2])],
            new OnnxAttribute("coordinate_transformation_mode", "asymmetric")));
        var graph = ModelProto.Parser.ParseFrom(OnnxExporter.Export(
            model, [randn(1, 1, 2, 3), randn(1, 1, 2, 3)],
            new() { HalfPrecision = true, Converters = registry, DynamicBatch = false }).ToBytes()).Graph;

        Assert.Equal(["input_0", "input_1"], graph.Node.Take(2).Select(node => node.Input.Single()));
        Assert.Equal((int)DataType.Float, Assert.Single(graph.Initializer).DataType);
    }

    [Fact]
    public void Export_HalfPrecisionOfSimilarNames_KeepsThemApart()
    {
        using var model = new BinaryLambda((x, y) => x - y);
        var options = new OnnxExportOptions
        {
            InputNames = ["x", "x_float16"],
            HalfPrecision = true,
            Verifier = new OnnxRuntimeRunner(),
        };
        var graph = ModelProto.Parser.ParseFrom(
            OnnxExporter.Export(model, [randn(2, 3), randn(2, 3)], options).ToBytes()).Graph;
        Assert.Equal(["x", "x_float16"], graph.Input.Select(input => input.Name));
    }

    // ONNX defines Celu for float32 only.
    [Fact]
    public void Export_HalfPrecisionThatFails_NamesTheOption()
    {
        using var model = nn.CELU();
        var options = new OnnxExportOptions { HalfPrecision = true, Verifier = new OnnxRuntimeRunner() };
        var failure = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, randn(2, 3), options));
        Assert.EndsWith("export in float32 (HalfPrecision = false).", failure.Message);
    }

    [Fact]
    public void Export_WeightBeyondFloat16_IsRefused()
    {
        using var model = nn.Linear(2, 2);
        using (no_grad()) model.weight.fill_(1e5f);

        var failure = Assert.Throws<OnnxExportException>(
            () => OnnxExporter.Export(model, randn(2, 2), new() { HalfPrecision = true }));
        Assert.Contains("'weight' contains 100000, which exceeds float16's largest number, 65500.", failure.Message);
    }

    // A tensor of 1,024 bytes or more moves to the second file.
    [Fact]
    public void Save_WeightsAboveThreshold_WritesThemAlignedToSecondFile()
    {
        using var model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 100));
        var options = new OnnxExportOptions { ExternalDataThreshold = 4096, Verifier = new OnnxRuntimeRunner() };
        var program = OnnxExporter.Export(model, randn(2, 16), options);
        Assert.True(program.Report!.Passed, program.Report.ToString());
        Assert.Throws<InvalidOperationException>(program.ToBytes);

        program.Save(File("m.onnx"));
        Assert.Equal(["m.onnx", "m.onnx.data"], _folder.GetFiles().Select(file => file.Name).Order());
        var external = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File("m.onnx"))).Graph.Initializer
            .Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External).ToList();
        Assert.Equal(
            [("0.weight", "0", "1024"), ("2.weight", "4096", "6400")],
            external.Select(tensor => (tensor.Name, tensor.ExternalData[1].Value, tensor.ExternalData[2].Value)));

        using var session = new OnnxRuntimeRunner().Load(File("m.onnx"));
        ModuleCheck.IsEqualByHand(
            model, [randn(2, 16)], OnnxExporter.Export(model, randn(2, 16)), session, options);
    }

    [Theory]
    [InlineData(ExternalDataFormat.Raw, false)]
    [InlineData(ExternalDataFormat.Raw, true)]
    [InlineData(ExternalDataFormat.Safetensors, false)]
    [InlineData(ExternalDataFormat.Safetensors, true)]
    public void Save_ExternalDataFormat_GivesTheSameResults(ExternalDataFormat format, bool halfPrecision)
    {
        using var model = new Reordered(nn.Linear(16, 200));
        var options = new OnnxExportOptions
        {
            ExternalDataThreshold = 0,
            ExternalDataFormat = format,
            HalfPrecision = halfPrecision,
            ModulesAsFunctions = halfPrecision,
            Verifier = new OnnxRuntimeRunner(),
        };
        OnnxExporter.Export(model, randn(2, 16), options).Save(File("m.onnx"));

        using var session = new OnnxRuntimeRunner().Load(File("m.onnx"));
        ModuleCheck.IsEqualByHand(model, [randn(2, 16)], OnnxExporter.Export(model, randn(2, 16)), session, options);
    }

    [Fact]
    public void Save_Safetensors_HoldsAllWeightsWithoutGaps()
    {
        using var linear = nn.Linear(16, 200);
        using var model = new Reordered(linear);
        OnnxExporter.Export(model, randn(2, 16), new()
        {
            ExternalDataThreshold = 0,
            ExternalDataFormat = ExternalDataFormat.Safetensors,
        }).Save(File("m.onnx"));

        Assert.Equal(["m.onnx", "m.onnx.safetensors"], _folder.GetFiles().Select(file => file.Name).Order());
        byte[] bytes = System.IO.File.ReadAllBytes(File("m.onnx.safetensors"));
        int start = 8 + (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        Assert.Equal(0, start % 8);
        int end = start;
        (string, string, Tensor)[] weights =
        [
            ("order", "I64", model.order), ("_linear.weight", "F32", linear.weight),
            ("_linear.bias", "F32", linear.bias!),
        ];
        Assert.Equal(weights.Length, header.RootElement.EnumerateObject().Count());
        foreach (var (entry, (name, type, tensor)) in header.RootElement.EnumerateObject().Zip(weights))
        {
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(x => x.GetInt32())];
            Assert.Equal((name, type), (entry.Name, entry.Value.GetProperty("dtype").GetString()));
            Assert.Equal(tensor.shape, entry.Value.GetProperty("shape").EnumerateArray().Select(x => x.GetInt64()));
            Assert.Equal(end, start + offsets[0]);
            end = start + offsets[1];
            Assert.Equal(tensor.detach().bytes.ToArray(), bytes[(start + offsets[0])..end]);
        }
        Assert.Equal(bytes.Length, end);
    }

    private sealed class Reordered : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _linear;

        public Reordered(TorchSharp.Modules.Linear linear) : base(nameof(Reordered))
        {
            _linear = linear;
            order = arange(199, -1, -1);
            register_buffer(nameof(order), order);
            RegisterComponents();
        }

        public Tensor order { get; }

        public override Tensor forward(Tensor input) => _linear.call(input).index_select(1, order);
    }

    [Fact]
    public void ToBytes_WeightsAtTheThreshold_StayInOneFile()
    {
        using var model = nn.Linear(4, 2);
        var program = OnnxExporter.Export(
            model, randn(2, 4), new() { ExternalDataThreshold = (4 * 2 + 2) * sizeof(float) });

        Assert.NotEmpty(program.ToBytes());
    }

    [Fact]
    public void Save_UnwritableExternalData_LeavesNoFile()
    {
        using var model = Model();
        var program = OnnxExporter.Export(model, randn(2, 1, 12, 12), new() { ExternalDataThreshold = 0 });

        Assert.Throws<IOException>(() => program.Save(File("missing/m.onnx")));
        Assert.Empty(_folder.GetFileSystemInfos());

        _folder.CreateSubdirectory("m.onnx");
        Assert.Throws<IOException>(() => program.Save(File("m.onnx")));
        Assert.Equal(["m.onnx"], _folder.GetFileSystemInfos().Select(file => file.Name));
    }

    [Fact]
    public void Save_ExternalDataThroughALink_StaysBesideTheModel()
    {
        if (OperatingSystem.IsWindows()) return;
        using var model = Model();
        var options = new OnnxExportOptions { ExternalDataThreshold = 4096 };
        _folder.CreateSubdirectory("models");
        System.IO.File.CreateSymbolicLink(File("link.onnx"), "models/m.onnx");

        OnnxExporter.Export(model, randn(2, 1, 12, 12), options).Save(File("link.onnx"));

        Assert.True(System.IO.File.Exists(File("models/m.onnx.data")));
        new OnnxRuntimeRunner().Load(File("models/m.onnx")).Dispose();
    }

    [Fact]
    public void TorchOnnxExport_PyTorchArguments_WritesVerifiedFile()
    {
        using var model = Model();
        var program = torch.onnx.export(
            model, [randn(2, 1, 12, 12)], File("m.onnx"), input_names: ["pixels"], output_names: ["scores"],
            opset_version: 15, dynamic_axes: new Dictionary<string, IReadOnlyDictionary<int, string>>
            {
                ["pixels"] = new Dictionary<int, string> { [0] = "batch" },
                ["scores"] = new Dictionary<int, string> { [0] = "batch" },
            },
            verifier: new OnnxRuntimeRunner());

        Assert.Equal(program.ToBytes(), System.IO.File.ReadAllBytes(File("m.onnx")));
        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.Equal(("pixels", "batch"), (graph.Input[0].Name, graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam));
        Assert.Equal(
            ("scores", "batch"), (graph.Output[0].Name, graph.Output[0].Type.TensorType.Shape.Dim[0].DimParam));
        var failure = Assert.Throws<ArgumentException>(() => torch.onnx.export(
            model, [randn(2, 1, 12, 12)], File("n.onnx"),
            dynamic_axes: new Dictionary<string, IReadOnlyDictionary<int, string>>
            {
                ["pixel"] = new Dictionary<int, string>(),
            }));
        Assert.StartsWith("dynamic_axes contains 'pixel', which is neither", failure.Message);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void TorchOnnxExport_DefaultNames_CanHaveDynamicAxes()
    {
        using var model = new BinaryLambda((x, y) => x + y);
        var batch = new Dictionary<int, string> { [0] = "B" };
        var program = torch.onnx.export(
            model, [randn(2, 3), randn(2, 3)], File("m.onnx"),
            dynamic_axes: new Dictionary<string, IReadOnlyDictionary<int, string>>
            {
                ["input_0"] = batch,
                ["input_1"] = batch,
                ["output"] = batch,
            });

        var graph = ModelProto.Parser.ParseFrom(program.ToBytes()).Graph;
        Assert.Equal("B", graph.Output[0].Type.TensorType.Shape.Dim[0].DimParam);
        using var relu = nn.ReLU();
        Assert.Throws<ArgumentNullException>("dynamic_axes", () => torch.onnx.export(
            relu, [randn(2, 3)], File("m.onnx"),
            dynamic_axes: new Dictionary<string, IReadOnlyDictionary<int, string>> { ["input"] = null! }));
        Assert.Throws<ArgumentException>("dynamic_axes", () => torch.onnx.export(
            relu, [randn(2, 3)], File("m.onnx"),
            dynamic_axes: new Dictionary<string, IReadOnlyDictionary<int, string>> { ["output_scores"] = batch }));
    }
}
