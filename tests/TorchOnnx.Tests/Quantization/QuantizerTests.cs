using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tests.Modules;
using TorchOnnx.Tracing;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Tests.Quantization;

public sealed class QuantizerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("onnx-quantization-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name) => Path.Combine(_folder.FullName, name);

    // ONNX Runtime's products of 8-bit integers can saturate on processors without VNNI.
    private static readonly QuantizationOptions Options =
        new() { Runner = new OnnxRuntimeRunner(), ReducedRange = true };

    private static nn.Module<Tensor, Tensor> Network() => nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 3));

    // With the number of tensors that become integers.
    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>, int> Graphs => new()
    {
        { "batch normalization and activation", Network, 4 },
        { "clamp behind pooling", () => nn.Sequential(
            nn.Conv2d(2, 4, 3), nn.MaxPool2d(2), nn.ReLU6(), nn.Conv2d(4, 3, 1)), 4 },
        { "residual", () => Inner(nn.Conv2d(2, 2, 3, padding: 1), (x, conv) =>
            conv.call(conv.call(x).relu() + conv.call(x)).relu()), 5 },
        { "clamp on one branch", () => Inner(nn.Conv2d(2, 2, 3, padding: 1), (x, conv) =>
        {
            var y = conv.call(x);
            return conv.call(y.relu()) + conv.call(y) + y;
        }), 5 },
        { "clamp on one branch of a pooled tensor", () => Inner(nn.Conv2d(2, 2, 3, padding: 1), (x, conv) =>
        {
            var y = conv.call(x);
            return conv.call(nn.functional.max_pool2d(y, 2).relu()).mean([2, 3]) + conv.call(y).mean([2, 3]);
        }), 6 },
        { "concatenation, sum and product", () => Inner(nn.Conv2d(2, 2, 3, padding: 1), (x, conv) =>
        {
            var (y, z) = (conv.call(x).sigmoid(), conv.call(x).relu());
            return conv.call(cat([y * z, y + z], 1).narrow(1, 1, 2));
        }), 9 },
        { "pooling and leaky activation", () => nn.Sequential(
            nn.Conv2d(2, 4, 3), nn.LeakyReLU(0.1), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(4, 3)), 6 },
        { "floats between layers", () => Inner(nn.Linear(6, 6), (x, linear) =>
            linear.call(linear.call(x).softmax(-1) + x)), 2 },
        { "weight and its transpose", () => Inner(nn.Linear(72, 72), (x, linear) =>
            matmul(linear.call(x.flatten(1)), linear.weight!)), 2 },
        { "nearest resizing", () => nn.Sequential(
            nn.Conv2d(2, 3, 3), nn.Upsample(scale_factor: [2, 2]), nn.Conv2d(3, 2, 3)), 4 },
        { "outputs of layers that are also results", () => Inner(nn.Conv2d(2, 2, 3, padding: 1), (x, conv) =>
            conv.call(conv.call(x)).softmax(1)), 3 },
    };

    [Theory]
    [MemberData(nameof(Graphs), DisableDiscoveryEnumeration = true)]
    public void Quantize_Graph_IsCloseToFloat32InBothModes(
        string name, Func<nn.Module<Tensor, Tensor>> build, int tensors)
    {
        random.manual_seed(1);
        using var scope = NewDisposeScope();
        var model = build();
        ModuleCheck.Randomize(model);
        var x = randn(16, 2, 6, 6);
        var program = OnnxExporter.Export(model, x);
        foreach (var runner in ModuleCheck.Runners)
        {
            var quantized = program.Quantize([x], Options with { Runner = runner, MaxRelativeError = 0.05 });
            Assert.True(quantized.Report.Passed, $"{name}: {quantized.Report}");
            var graph = ModelProto.Parser.ParseFrom(quantized.ToBytes()).Graph;
            Assert.Equal(tensors, graph.Node.Count(node => node.OpType == "QuantizeLinear"));
        }
        var dynamic = program.Quantize(
            [x], Options with { Mode = QuantizationMode.Dynamic, MaxRelativeError = 0.05 });
        Assert.True(dynamic.Report.Passed, $"{name}: {dynamic.Report}");
        var weights = ModelProto.Parser.ParseFrom(dynamic.ToBytes()).Graph.Initializer
            .Where(tensor => tensor.Dims.Count(size => size > 1) > 1);
        Assert.All(weights, tensor => Assert.Equal((int)DataType.Int8, tensor.DataType));
    }

    [Fact]
    public void Quantize_BatchesOfCalibration_GiveTheSameBytesAsOneBatch()
    {
        using var scope = NewDisposeScope();
        var x = randn(12, 5);
        var program = OnnxExporter.Export(nn.Linear(5, 3), x);
        foreach (var method in Enum.GetValues<CalibrationMethod>())
        {
            var options = Options with { Calibration = method };
            Assert.Equal(program.Quantize([x], options).ToBytes(), program.Quantize(x.split(1), options).ToBytes());
        }
    }

    [Fact]
    public void Quantize_SkippedNode_StaysInFloat32AndIsReported()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 2, 6, 6);
        var program = OnnxExporter.Export(Network(), x);
        var quantized = program.Quantize([x], Options with { SkippedNodes = ["/4/Gemm"], MaxRelativeError = 1 });

        Assert.Equal("'/4/Gemm' (Gemm): SkippedNodes contains it", Assert.Single(quantized.Report.Skipped));
        Assert.Equal(["/0/Conv", "/6/Gemm"], quantized.Report.Layers.Select(layer => layer.Node).Order());
        var graph = ModelProto.Parser.ParseFrom(quantized.ToBytes()).Graph;
        Assert.Contains("4.weight", Assert.Single(graph.Node, node => node.Name == "/4/Gemm").Input);
        Assert.Contains("float32: '/4/Gemm' (Gemm): SkippedNodes contains it", quantized.Report.ToString());
    }

    [Fact]
    public void Quantize_SkippedNodeBetweenLayers_ComputesInFloat32()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 2, 6, 6);
        var program = OnnxExporter.Export(
            nn.Sequential(nn.Conv2d(2, 4, 3), nn.Sigmoid(), nn.Conv2d(4, 4, 1), nn.Sigmoid(), nn.Conv2d(4, 3, 1)), x);
        // Without the second Sigmoid, whose name the file lacks.
        var model = ModelProto.Parser.ParseFrom(program.ToBytes());
        var sigmoid = model.Graph.Node.Last(node => node.OpType == "Sigmoid");
        sigmoid.Name = "";
        var quantized = OnnxQuantizer.Quantize(
            model.ToByteArray(), [[TensorCopy.ToManaged(x)]], Options with { SkippedNodes = [sigmoid.Output[0]] });

        // Only the first writes floats that become integers at once, under the name of its result.
        Assert.Equal(
            ["/1/Sigmoid_output_0/float", "/3/Sigmoid_output_0"],
            ModelProto.Parser.ParseFrom(quantized.ToBytes()).Graph.Node
                .Where(node => node.OpType == "Sigmoid").Select(node => node.Output[0]));
    }

    [Fact]
    public void Quantize_AnyOpset_LoadsInTheRuntime()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 2, 6, 6);
        var model = Network();
        for (int opset = OnnxExportOptions.MinimumOpset; opset <= OnnxExportOptions.MaximumOpset; opset++)
        {
            var program = OnnxExporter.Export(model, x, new() { Opset = opset });
            foreach (var mode in Enum.GetValues<QuantizationMode>())
            {
                Assert.True(program.Quantize([x], Options with { Mode = mode }).Report.Passed);
            }
        }
    }

    [Fact]
    public void Quantize_SharedWeight_IsStoredOnce()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 6);
        var model = Inner(nn.Linear(6, 6, hasBias: false), (x, linear) => linear.call(linear.call(x).tanh()));
        foreach (var mode in Enum.GetValues<QuantizationMode>())
        {
            var quantized = OnnxExporter.Export(model, x).Quantize([x], Options with { Mode = mode });
            var graph = ModelProto.Parser.ParseFrom(quantized.ToBytes()).Graph;
            Assert.Single(graph.Initializer, tensor => tensor.Dims.Count == 2);
        }
    }

    // Skipping the worst layer of the report gives the smallest error.
    [Fact]
    public void Report_WorstLayer_IsTheOneWhoseErrorMatters()
    {
        using var scope = NewDisposeScope();
        var (good, bad) = (nn.Linear(6, 6), nn.Linear(6, 6));
        using (no_grad())
        {
            // One large column, whose inputs are small, leaves the others few integers.
            bad.weight[.., 0] = 200;
        }
        var model = nn.Sequential(good, nn.Tanh(), new Lambda(x => cat([x[.., ..1] * 0, x[.., 1..]], 1)), bad);
        var x = randn(50, 6);
        var program = OnnxExporter.Export(model, x);
        var options = Options with { MaxRelativeError = 10 };
        var report = program.Quantize([x], options).Report;
        string worst = report.Layers[0].Node;
        Assert.Equal("/3/Gemm", worst);
        Assert.True(report.Layers[0].SignalToNoise < report.Layers[1].SignalToNoise - 10);
        Assert.Contains($"layer '{worst}' (Gemm): ", report.ToString());
        double skipped = program.Quantize([x], options with { SkippedNodes = [worst] }).Report.Outputs[0].RelativeError;
        Assert.True(skipped < report.Outputs[0].RelativeError / 3);

        var failure = Assert.Throws<QuantizationException>(
            () => program.Quantize([x], options with { MaxRelativeError = 0.01 }));
        Assert.False(failure.Report!.Passed);
        Assert.StartsWith("The quantized model's output 'output' has a relative error of 0.", failure.Message);
        Assert.Contains("bound of 0.01 (MaxRelativeError). Skip the worst layers ('/3/Gemm', '/0/Gemm')", failure.Message);
    }

    [Fact]
    public void Save_AfterFailedVerification_WritesNoFile()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 2, 6, 6);
        var quantized = OnnxExporter.Export(Network(), x).Quantize([x], Options with { MaxRelativeError = 0.1 });
        quantized.Save(File("good.onnx"));
        Assert.Equal(quantized.ToBytes(), System.IO.File.ReadAllBytes(File("good.onnx")));

        // A thousand times the calibrated range.
        Assert.False(quantized.Verify([[TensorCopy.ToManaged(x * 1000)]]).Passed);
        Assert.Throws<QuantizationException>(() => quantized.Save(File("bad.onnx")));
        Assert.False(System.IO.File.Exists(File("bad.onnx")));
    }

    [Fact]
    public void Quantize_FileWithExternalData_GivesTheSameAsTheProgram()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 2, 6, 6);
        var model = nn.Sequential(nn.Conv2d(2, 40, 3), nn.ReLU(), nn.Flatten(), nn.Linear(640, 3));
        var program = OnnxExporter.Export(model, x, new() { ExternalDataThreshold = 100 });
        program.Save(File("model.onnx"));
        byte[] expected = program.Quantize([x], Options).ToBytes();
        GraphTensor[] batch = [TensorCopy.ToManaged(x)];

        Assert.Equal(expected, OnnxQuantizer.Quantize(File("model.onnx"), [batch], Options).ToBytes());
        var failure = Assert.Throws<QuantizationException>(
            () => OnnxQuantizer.Quantize(System.IO.File.ReadAllBytes(File("model.onnx")), [batch], Options));
        Assert.Contains("is in a second file. Pass the path of the model instead of its bytes.", failure.Message);
        using (var data = System.IO.File.OpenWrite(File("model.onnx.data"))) data.SetLength(5000);
        failure = Assert.Throws<QuantizationException>(
            () => OnnxQuantizer.Quantize(File("model.onnx"), [batch], Options));
        Assert.Contains("Copy the model again, with all its files.", failure.Message);
    }

    // Weights as constants, as float_data and as inputs of the graph, as other exporters write them.
    [Fact]
    public void Quantize_FileOfAnotherExporter_FindsItsWeights()
    {
        using var scope = NewDisposeScope();
        var x = randn(16, 6);
        var program = OnnxExporter.Export(nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4)), x);
        var other = ModelProto.Parser.ParseFrom(program.ToBytes());
        foreach (var tensor in other.Graph.Initializer.ToList())
        {
            if (tensor.Name.EndsWith(".bias", StringComparison.Ordinal))
            {
                tensor.FloatData.AddRange(MemoryMarshal.Cast<byte, float>(tensor.RawData.Span));
                tensor.RawData = ByteString.Empty;
                other.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name, Type = Float32(tensor.Dims) });
                continue;
            }
            other.Graph.Initializer.Remove(tensor);
            var constant = new NodeProto { OpType = "Constant", Output = { tensor.Name } };
            constant.Attribute.Add(new AttributeProto
            {
                Name = "value",
                Type = AttributeProto.Types.AttributeType.Tensor,
                T = tensor,
            });
            other.Graph.Node.Insert(0, constant);
        }
        var quantized = OnnxQuantizer.Quantize(other.ToByteArray(), [[TensorCopy.ToManaged(x)]], Options);

        Assert.Equal(2, quantized.Report.Layers.Count);
        using var session = new OnnxRuntimeRunner().Load(quantized.ToBytes());
        using var same = new OnnxRuntimeRunner().Load(program.Quantize([x], Options).ToBytes());
        var inputs = new Dictionary<string, GraphTensor> { ["input"] = TensorCopy.ToManaged(x) };
        Assert.Equal(
            ((GraphTensor<float>)same.Run(inputs)["output"]).Data,
            ((GraphTensor<float>)session.Run(inputs)["output"]).Data);
    }

    private static readonly Dictionary<string, Action<ModelProto>> Changes = new()
    {
        ["The model has opset 12, and quantization needs 13 or later. Export it with a later opset."] =
            model => model.OpsetImport[0].Version = 12,
        ["The model is quantized already: it has the node 'q' (QuantizeLinear). Pass the float32 model."] =
            model => model.Graph.Node.Add(new NodeProto { Name = "q", OpType = "QuantizeLinear" }),
        ["The model has no layer with a constant weight to quantize."] =
            model =>
            {
                model.Graph.Node[0] = new() { OpType = "Relu", Input = { "input" }, Output = { "output" } };
                model.Graph.Output[0].Type = model.Graph.Input[0].Type;
            },
        ["'/Gemm' (Gemm): its weight isn't a float32 constant"] =
            model =>
            {
                string name = model.Graph.Node[0].Input[1];
                model.Graph.Node[0].Input[1] = "copy";
                model.Graph.Node.Insert(0, new() { OpType = "Identity", Input = { name }, Output = { "copy" } });
            },
        ["'/Gemm' (Gemm): it scales or transposes its inputs"] =
            model => model.Graph.Node[0].Attribute.Add(new OnnxAttribute("alpha", 2f).ToProto()),
        ["does not load the graph: "] =
            model => model.Graph.Node.Add(new NodeProto { Name = "x", OpType = "Unknown", Input = { "input" } }),
    };

    public static TheoryData<string> Unsupported => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void Quantize_UnsupportedModel_IsRefused(string message)
    {
        using var scope = NewDisposeScope();
        var model = ModelProto.Parser.ParseFrom(OnnxExporter.Export(nn.Linear(3, 2), randn(1, 3)).ToBytes());
        Changes[message](model);
        var failure = Assert.Throws<QuantizationException>(() => OnnxQuantizer.Quantize(
            model.ToByteArray(), [[new GraphTensor<float>([1, 2, 3], 1, 3)]], Options));
        Assert.Contains(message, failure.Message);
        Assert.Null(failure.Report);
    }

    [Fact]
    public void Quantize_NodesWithoutInputsOrOutputs_AreRefused()
    {
        using var scope = NewDisposeScope();
        var bytes = OnnxExporter.Export(nn.Linear(3, 2), randn(1, 3)).ToBytes();
        foreach (var change in (Action<NodeProto>[])
            [node => node.Input.Clear(), node => node.Output.Clear(), node => node.Output[0] = ""])
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            change(model.Graph.Node[0]);
            model.Graph.Node[0].Name = "";
            var failure = Assert.Throws<QuantizationException>(() => OnnxQuantizer.Quantize(
                model.ToByteArray(), [[new GraphTensor<float>([1, 2, 3], 1, 3)]], Options));
            Assert.Contains("does not load the graph", failure.Message);
        }
    }

    [Fact]
    public void Quantize_InvalidArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        var program = OnnxExporter.Export(nn.Linear(3, 2), randn(1, 3));
        Assert.Contains("not an ONNX model", Assert.Throws<QuantizationException>(
            () => OnnxQuantizer.Quantize(new byte[] { 1, 2, 3 }, [], Options)).Message);
        // The field of functions, with an empty one.
        Assert.Contains("Export it without functions", Assert.Throws<QuantizationException>(
            () => OnnxQuantizer.Quantize((byte[])[.. program.ToBytes(), 0xCA, 0x01, 0], [], Options)).Message);
        Assert.Contains("Pass at least one batch", Refusal([], Options));
        Assert.Contains("Pass at least one batch", Refusal([[zeros(0, 3)]], Options));
        Assert.Contains("typical inputs without NaN", Assert.Throws<QuantizationException>(
            () => program.Quantize([full(1, 3, float.NaN)], Options)).Message);
        Assert.Contains("A batch has 2 tensors", Refusal([[randn(1, 3), randn(1, 3)]], Options));
        Assert.Contains(
            "the model has no node of that name", Refusal([[randn(1, 3)]], Options with { SkippedNodes = ["x"] }));
        Assert.StartsWith("Mode must be", Refusal([[randn(1, 3)]], Options with { Mode = (QuantizationMode)2 }));
        Assert.StartsWith(
            "Calibration must be", Refusal([[randn(1, 3)]], Options with { Calibration = (CalibrationMethod)3 }));
        Assert.StartsWith(
            "MaxRelativeError must be", Refusal([[randn(1, 3)]], Options with { MaxRelativeError = double.NaN }));
        Assert.Contains("must be from 50 to 100", Refusal([[randn(1, 3)]], Options with { Percentile = 10 }));
        string failure = Assert.Throws<QuantizationException>(() => program.Quantize([randn(1, 4)], Options)).Message;
        Assert.StartsWith("With the calibration inputs, the graph does not run", failure);
        Assert.Contains("index: 1 Got: 4 Expected: 3", failure);

        string Refusal(object?[][] calibration, QuantizationOptions options) =>
            Assert.Throws<ArgumentException>(() => program.Quantize(calibration, options)).Message;
    }

    private static TypeProto Float32(IEnumerable<long> shape)
    {
        var type = new TypeProto { TensorType = new() { ElemType = (int)DataType.Float, Shape = new() } };
        type.TensorType.Shape.Dim.AddRange(
            shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return type;
    }

    private static Lambda Inner<T>(T module, Func<Tensor, T, Tensor> function) where T : nn.Module =>
        new(x => function(x, module), module);
}
