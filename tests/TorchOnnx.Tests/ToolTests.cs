using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Onnx;

namespace TorchOnnx.Tests;

/// <summary>Runs the command <c>torchonnx</c> on exported files.</summary>
public sealed class ToolTests : IDisposable
{
    private static readonly MethodInfo Application =
        Assembly.Load("TorchOnnx.Tool").GetType("TorchOnnx.Tool.ToolApplication")!.GetMethod("Run")!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("torchonnx-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Inspect_Nodes_ShowsContentAndSource()
    {
        Export("m", new() { NodeMetadata = true, Opset = 18, ExternalDataThreshold = 0 });
        var (code, output) = Run("inspect", "@m.onnx", "--nodes");

        Assert.Equal(0, code);
        Assert.Contains("IR version 10, opset 18", output);
        Assert.Contains("input float[N, 16]", output);
        Assert.Contains("850 float", output);
        Assert.Contains("m.onnx.data", output);
        Assert.Contains("2: Gemm, Relu", output);
        Assert.Matches(@"/inner/Gemm Gemm\(input, inner.weight, inner.bias\).*\[inner\].*ToolTests\.cs:\d+\]", output);
    }

    [Fact]
    public void Verify_ExportedModel_RunsAtSeveralSizes()
    {
        Export("m", new());
        Assert.Contains("N = 7: output [7, 50] from 0 to ", Succeeds("verify", "@m.onnx", "--size", "N=1,7"));
        Export("f", new() { ModulesAsFunctions = true, ExternalDataThreshold = 0 });
        Assert.Contains("verified on ONNX Runtime", Succeeds("verify", "@f.onnx"));
    }

    [Fact]
    public void Verify_Faults_AreNamed()
    {
        Change("undefined", graph => graph.Node.RemoveAt(0));
        Change("twice", graph => graph.Node.Add(graph.Node[0].Clone()));
        Change("loose", graph => graph.Output[0].Name = "y");
        Change("type", graph => graph.Node[1].OpType = "Unknown");
        Export("nan", new(), x => x.log());
        Export("cut", new() { ExternalDataThreshold = 0 });
        File.WriteAllBytes(Path("cut.onnx.data"), new byte[10]);

        Fails("node '/Relu' (Relu) of the graph reads '/inner/Gemm_output_0'", "verify", "@undefined.onnx");
        Fails("computes '/inner/Gemm_output_0' again", "verify", "@twice.onnx");
        Fails("nothing computes 'y'", "verify", "@loose.onnx");
        Fails("doesn't load the model", "verify", "@type.onnx");
        Fails("output 'output' contains NaN or infinity", "verify", "@nan.onnx");
        Fails("ends at byte 3200 of 'cut.onnx.data', which has 10 bytes", "verify", "@cut.onnx");

        Change("inputs", graph => graph.Input.Add(graph.Input[0]));
        Change("weights", graph => graph.Initializer.Add(graph.Initializer[0]));
        Change("nameless", graph =>
        {
            graph.Node[0].Name = "";
            graph.Node[0].Output.Clear();
        });
        Fails("which isn't computed before", "verify", "@nameless.onnx");
        Assert.Contains("Gemm(input, inner.weight, inner.bias) -> ", Succeeds("inspect", "@nameless.onnx", "--nodes"));
        Fails("two inputs are named 'input'", "verify", "@inputs.onnx");
        Fails("two weights are named 'inner.weight'", "verify", "@weights.onnx");
    }

    // Some exporters write -1 for an open size.
    [Fact]
    public void Verify_SizeOfMinusOne_IsOpen()
    {
        Change("m", graph =>
        {
            graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = -1;
            graph.Output[0].Type.TensorType.Shape.Dim[0].DimValue = -1;
        });
        Assert.Contains("input:0 = 5: output [5, 50]", Succeeds("verify", "@m.onnx"));
    }

    [Fact]
    public void Run_FullDisk_IsReported()
    {
        Export("m", new());
        using var error = new StringWriter();
        using var full = new StreamWriter(new FullDisk()) { AutoFlush = true };
        Assert.Equal(5, Run(full, error, "inspect", "@m.onnx"));
        Assert.StartsWith("torchonnx: the results cannot be written: the disk is full", error.ToString());
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device", 28);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan());
    }

    [Fact]
    public void Compare_Models_SaysWhetherOutputsAreEqual()
    {
        Export("m", new());
        Export("renamed", new() { InputNames = ["x"], BatchDimensionName = "B", ModulesAsFunctions = true });
        Export("half", new() { HalfPrecision = true });
        Export("other", new(), x => -x);
        Export("wide", new(), x => x.unsqueeze(2));
        using var sum = new Lambda(x => x + x);
        OnnxExporter.Export(sum, randn(2, 3)).Save(Path("sum.onnx"));

        Assert.Contains("the outputs are equal", Succeeds("compare", "@m.onnx", "@renamed.onnx"));
        Assert.Contains("the outputs are equal", Succeeds("compare", "@m.onnx", "@half.onnx", "--scale", "0.01"));
        Fails("the outputs DIFFER", "compare", "@m.onnx", "@half.onnx");
        Fails("the outputs DIFFER", "compare", "@m.onnx", "@other.onnx");
        Fails(
            "DIFFERENT output: output float[N, 50] and output float[N, 50, 1]", "compare", "@m.onnx", "@wide.onnx");

        Change("narrow", graph => graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = 15);
        Export("nan", new(), x => x.square().neg().sqrt());
        Fails("DIFFERENT input: input float[N, 16] and input float[N, 15]", "compare", "@m.onnx", "@narrow.onnx");
        Fails("the first model returns no finite number", "compare", "@nan.onnx", "@m.onnx", "--size", "N=1");
        Change("short", graph =>
        {
            graph.Node[^1].OpType = "Cast";
            graph.Node[^1].Attribute.Add(new OnnxAttribute("to", (long)TensorProto.Types.DataType.Int16).ToProto());
            graph.Output[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int16;
        });
        var (code, output) = Run("compare", "@short.onnx", "@short.onnx");
        Assert.Equal(3, code);
        Assert.Contains("short.onnx' cannot be compared: Outputs of type Int16", output);
        Assert.Contains("weights     none in both", Succeeds("compare", "@sum.onnx", "@sum.onnx"));
    }

    [Fact]
    public void Coverage_Names_FindsConverters()
    {
        Assert.Equal("module Conv2d\n", Succeeds("coverage", "module Conv2d").ReplaceLineEndings("\n"));
        Assert.Equal(1, Run("coverage", "erfinv").Code);
    }

    [Fact]
    public void Quantize_Calibration_WritesModelAndReportsError()
    {
        Export("m", new());
        Directory.CreateDirectory(Path("calibration"));
        for (int index = 0; index < 3; index++) WriteNpz($"calibration/{index}.npz", "input", [8, 16]);

        string report = Succeeds("quantize", "@m.onnx", "@q.onnx", "--inputs", "@calibration");
        Assert.Contains("quantized (Static)", report);
        Assert.Contains("output 'output'", report);
        Assert.Contains("equal", Succeeds(
            "compare", "@m.onnx", "@q.onnx", "--inputs", "@calibration/0.npz", "--scale", "0.1"));
        Fails("above the bound of 0", "quantize", "@m.onnx", "@r.onnx", "--inputs", "@calibration", "--max-error", "0");
        Assert.False(File.Exists(Path("r.onnx")));
    }

    // A name may contain a slash, and the library ignores bytes behind an array.
    [Fact]
    public void Verify_ArrayNames_MatchWholeNames()
    {
        using var sum = new BinaryLambda((x, y) => x + y);
        var options = new OnnxExportOptions { InputNames = ["a/x", "b/x"] };
        OnnxExporter.Export(sum, [randn(2, 3), randn(2, 3)], options).Save(Path("m.onnx"));
        using (var archive = new ZipArchive(File.Create(Path("x.npz")), ZipArchiveMode.Create))
        {
            foreach (string name in (string[])["a/x", "b/x"])
            {
                using var stream = archive.CreateEntry($"{name}.npy").Open();
                stream.Write([.. Npy([4, 3]), 0, 0, 0, 0, 0]);
            }
        }
        Assert.Contains("x.npz: output [4, 3]", Succeeds("verify", "@m.onnx", "--inputs", "@x.npz"));
    }

    [Theory]
    [InlineData(2, "torchonnx needs a command")]
    [InlineData(2, "there is no command 'inspct'. Did you mean 'inspect'?", "inspct", "@m.onnx")]
    [InlineData(2, "--size needs NAME=N or NAME=N,N with sizes above 0, not 'N'.", "verify", "@m.onnx", "--size", "N")]
    [InlineData(2, "has no open dimension 'T'. It has N.", "verify", "@m.onnx", "--size", "T=1")]
    [InlineData(3, "missing.onnx' doesn't exist.", "inspect", "@missing.onnx")]
    [InlineData(3, "x.npz' isn't an ONNX model, or it is incomplete.", "inspect", "@x.npz")]
    [InlineData(4, "x.npz' has no array for input 'b'", "verify", "@two.onnx", "--inputs", "@x.npz")]
    [InlineData(4, "m.onnx' cannot be read: it isn't a NumPy array.", "verify", "@m.onnx", "--inputs", "@m.onnx")]
    [InlineData(4, "none.npy' doesn't exist.", "verify", "@m.onnx", "--inputs", "@none.npy")]
    [InlineData(4, "x.npz' has float[2, 3] for input 'input', and ", "verify", "@m.onnx", "--inputs", "@x.npz")]
    [InlineData(4, "' takes float[N, 16].", "quantize", "@m.onnx", "@q.onnx", "--inputs", "@x.npz")]
    [InlineData(4, "' takes int64[N, 3].", "verify", "@integers.onnx", "--inputs", "@x.npz")]
    [InlineData(4, "cut.npy' cannot be read: it is truncated.", "verify", "@m.onnx", "--inputs", "@cut.npy")]
    [InlineData(4, "has the shape [9999999999, 16], which is too large", "verify", "@m.onnx", "--size", "N=9999999999")]
    [InlineData(2, "--size is for random inputs.", "verify", "@m.onnx", "--size", "N=1", "--inputs", "@x.npz")]
    [InlineData(2, "torchonnx quantize needs --inputs PATH.", "quantize", "@m.onnx", "@q.onnx")]
    [InlineData(
        2, "--skip names the node 'a', which '", "quantize", "@m.onnx", "@q.onnx", "--inputs", "@x.npz", "--skip", "a")]
    [InlineData(3, "' is a folder. Pass the path of a file.", "inspect", "@")]
    [InlineData(
        3, "which doesn't exist. Copy the model again", "quantize", "@lost.onnx", "@q.onnx", "--inputs", "@y.npz")]
    public void Run_BadInput_GivesOneSentenceAndItsExitCode(int code, string message, params string[] arguments)
    {
        Export("m", new());
        using var two = new BinaryLambda((x, y) => x + y);
        OnnxExporter.Export(two, [randn(2, 3), randn(2, 3)], new() { InputNames = ["a", "b"] }).Save(Path("two.onnx"));
        using var sum = new Lambda(x => x + x);
        OnnxExporter.Export(sum, ones(2, 3, dtype: ScalarType.Int64)).Save(Path("integers.onnx"));
        Export("lost", new() { ExternalDataThreshold = 0 });
        File.Delete(Path("lost.onnx.data"));
        WriteNpz("x.npz", "a", [2, 3]);
        WriteNpz("y.npz", "input", [2, 16]);
        File.WriteAllBytes(Path("cut.npy"), Npy([2, 16])[..^4]);

        var (actual, output) = Run(arguments);
        Assert.Equal(code, actual);
        Assert.Contains(message, output);
        Assert.Single(output.TrimEnd().Split('\n'));
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private string Succeeds(params string[] arguments)
    {
        var (code, output) = Run(arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private void Fails(string message, params string[] arguments)
    {
        var (code, output) = Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains(message, output);
    }

    // @ starts the name of a file in the test's folder.
    private (int Code, string Output) Run(params string[] arguments)
    {
        using var written = new StringWriter();
        return (Run(written, written, arguments), written.ToString());
    }

    private int Run(TextWriter output, TextWriter error, params string[] arguments)
    {
        string[] words = [.. arguments.Select(word => word.StartsWith('@') ? Path(word[1..]) : word)];
        return (int)Application.Invoke(null, [words, output, error])!;
    }

    private void Export(string name, OnnxExportOptions options, Func<Tensor, Tensor>? last = null)
    {
        manual_seed(1);
        using var inner = nn.Linear(16, 50);
        using var model = new Lambda(x => last is null ? inner.call(x).relu() : last(inner.call(x)), inner);
        OnnxExporter.Export(model, randn(2, 16), options).Save(Path($"{name}.onnx"));
    }

    private void Change(string name, Action<GraphProto> change)
    {
        Export(name, new());
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path($"{name}.onnx")));
        change(model.Graph);
        File.WriteAllBytes(Path($"{name}.onnx"), Google.Protobuf.MessageExtensions.ToByteArray(model));
    }

    private void WriteNpz(string name, string array, long[] shape)
    {
        using var archive = new ZipArchive(File.Create(Path(name)), ZipArchiveMode.Create);
        using var stream = archive.CreateEntry($"{array}.npy").Open();
        stream.Write(Npy(shape));
    }

    private static byte[] Npy(long[] shape)
    {
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}\n";
        using var values = randn(shape);
        return
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header),
            .. MemoryMarshal.AsBytes<float>(values.data<float>().ToArray()),
        ];
    }
}
