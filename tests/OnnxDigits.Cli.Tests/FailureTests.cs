using OnnxDigits.Cli.Commands;
using OnnxDigits.Cli.Inputs;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Tests;

public sealed class FailureTests : IDisposable
{
    private readonly DigitFolder _folder = DigitFolder.WithDigits(3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EmptyFolder_IsNoInputs()
    {
        using var empty = new DigitFolder();
        InferRun.Of(empty.Path).AssertRefused(ExitCode.Data, "there are no images in", empty.Path);
        InferRun.Of(empty.Combine("*.png")).AssertRefused(ExitCode.Data, "*.png");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--model", "")]
    [InlineData("--device", "")]
    [InlineData("-o", "")]
    [InlineData("--report", "")]
    [InlineData("--save-preprocessed", "")]
    [InlineData("--files-from", "")]
    [InlineData("--include", "")]
    public void EmptyArgument_IsRefusedByName(params string[] arguments)
    {
        string name = arguments[0].Length == 0 ? "A path" : arguments[0];
        InferRun.Of([.. arguments.Contains("--files-from") ? (string[])[] : [_folder.Path], .. arguments])
            .AssertRefused(ExitCode.Usage, $"{name} is empty");
    }

    [Fact]
    public void ModelThatGivesNoNumbers_IsAModelErrorWhereverItRuns()
    {
        string model = _folder.Write("huge.onnx", HugeConv());
        string[] options = ["--model", model, "--allow-foreign-model"];
        InferRun.Of([_folder.Path, .. options]).AssertRefused(ExitCode.Model, "a probability that is not finite");
        // No limit on memory and time here, because generating the digits takes more than a failure may.
        var evaluation = InferRun.Of(["evaluate", "--data", "generated", .. options]);
        Assert.Equal(ExitCode.Model, evaluation.Code);
        Assert.Contains("a probability that is not finite", evaluation.Error);
        Assert.Empty(evaluation.Output);
    }

    // Sets some weights to 8·10³⁷, whose sums overflow a float.
    private static byte[] HugeConv()
    {
        using var resource = typeof(Inference.DigitClassifier).Assembly.GetManifestResourceStream("conv.onnx")!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        bytes.AsSpan(bytes.Length / 2, 4_000).Fill(0x7E);
        return bytes;
    }

    [Fact]
    public void ModelThatIsNotOnnx_IsAModelError()
    {
        string model = _folder.Write("model.onnx", "These are not the weights."u8.ToArray());
        InferRun.Of(_folder.Path, "--model", model).AssertRefused(ExitCode.Model, "'model.onnx' is not an ONNX file");
        InferRun.Of("info", "--model", model).AssertRefused(ExitCode.Model, "is not an ONNX file");
        InferRun.Of(_folder.Path, "--model", "nowhere.onnx")
            .AssertRefused(ExitCode.Model, "'nowhere.onnx' cannot be read");
    }

    [Fact]
    public void ModelWithOtherShapes_NamesBoth()
    {
        // A ModelProto with IR version 8, an input of shape [N, 1, 32, 32] and our preprocessing in its metadata.
        byte[] shape = [0x0A, 3, 0x12, 1, (byte)'N', 0x0A, 2, 8, 1, 0x0A, 2, 8, 32, 0x0A, 2, 8, 32];
        byte[] tensor = [8, 1, 0x12, (byte)shape.Length, .. shape];
        byte[] value = [0x0A, 5, .. "input"u8, 0x12, (byte)(tensor.Length + 2), 0x0A, (byte)tensor.Length, .. tensor];
        byte[] graph = [0x5A, (byte)value.Length, .. value];
        byte[] entry = [0x0A, 24, .. "onnxdigits.preprocessing"u8, 0x12, 25, .. "onnxdigits-mnist-28x28-v2"u8];
        string model = _folder.Write(
            "other.onnx", [8, 8, 0x3A, (byte)graph.Length, .. graph, 0x72, (byte)entry.Length, .. entry]);

        InferRun.Of(_folder.Path, "--model", model).AssertRefused(
            ExitCode.Model, "'other.onnx'", "[N, 1, 32, 32]", "[N, 1, 28, 28]");
    }

    [Fact]
    public void ProviderLibraryThatIsNone_IsADeviceErrorThatNamesIt()
    {
        string text = _folder.Write("text.so", "These are no instructions for a processor, only words."u8.ToArray());
        string[] device = ["--device", "cuda", "--provider-library"];
        InferRun.Of([_folder.Path, .. device, $"cuda={text}"]).AssertRefused(ExitCode.Model, text, "does not load");
        InferRun.Of([_folder.Path, .. device, "cuda=no=where.so"])
            .AssertRefused(ExitCode.Model, "no=where.so' does not exist");
        InferRun.Of(["info", .. device, $"cuda={_folder.Path}"]).AssertRefused(ExitCode.Model, "is a folder");
        InferRun.Of(["evaluate", .. device, $"cuda={_folder.Path}"]).AssertRefused(ExitCode.Model, "is a folder");
    }

    [Fact]
    public void OutputBelowAFile_IsRefusedAndNothingIsWritten()
    {
        string file = _folder.Write("file", "content"u8.ToArray());
        InferRun.Of(_folder.Path, "-o", Path.Combine(file, "rows.csv"))
            .AssertRefused(ExitCode.Output, "cannot be written");
        Assert.Equal("content", File.ReadAllText(file));
    }

    [Fact]
    public void FailedRun_LeavesTheOldOutputAlone()
    {
        using var target = new DigitFolder();
        string path = target.Write("rows.csv", "old"u8.ToArray());
        Assert.Equal(ExitCode.Model, InferRun.Of(_folder.Path, "-o", path, "--force", "--device", "cuda").Code);
        using var stop = new StopSignal();
        stop.Terminate();
        Assert.Equal(ExitCode.Terminated, InferRun.Of(stop, _folder.Path, "-o", path, "--force").Code);

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(target.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Signal_WithinABatch_EndsTheRunBeforeTheNextPicture(bool readsAll)
    {
        using var classifier = new DigitClassifier();
        using var stop = new CancellationTokenSource();
        var runner = new FileClassifier(classifier, threads: 1, Stream.Null) { ReadsAll = readsAll };
        var rows = new List<ResultRow>();
        var error = Record.Exception(() => runner.Run(new(Files(), Count: 1, new()), rows.Add, stop.Token));
        Assert.IsAssignableFrom<OperationCanceledException>((error as AggregateException)?.InnerException ?? error);
        Assert.Empty(rows);

        IEnumerable<InputFile> Files()
        {
            yield return new(_folder.Combine("none.png"));
            stop.Cancel();
        }
    }

    [Fact]
    public void Devices_Signal_GivesItsExitCode()
    {
        using var stop = new StopSignal();
        stop.Interrupt();
        var run = InferRun.Of(stop, "devices", "--measure");
        Assert.Equal((ExitCode.Interrupted, "infer: stopped.", ""), (run.Code, run.Error.Trim(), run.Output));
    }

    [Theory]
    [InlineData("--threads", "0")]
    [InlineData("--threads", "many")]
    [InlineData("--batch-size", "-3")]
    [InlineData("--format", "xml")]
    [InlineData("--threshold", "1.5")]
    [InlineData("--threshold", "NaN")]
    [InlineData("--min-accuracy", "high")]
    [InlineData("--device", "gpu")]
    [InlineData("--bogus", "1")]
    [InlineData("--model")]
    [InlineData("--threads", "257")]
    [InlineData("--threads", "1.5")]
    [InlineData("--threads", "9999999999")]
    [InlineData("--batch-size", "65537")]
    [InlineData("--batch-size", "")]
    [InlineData("--format")]
    [InlineData("--format", "CSV")]
    [InlineData("--output")]
    [InlineData("--output", "a", "--output", "b")]
    [InlineData("--top", "0")]
    [InlineData("--top", "11")]
    [InlineData("--top", "all")]
    [InlineData("--threshold", "-0.1")]
    [InlineData("--threshold", "0,5")]
    [InlineData("--threshold")]
    [InlineData("--min-accuracy", "98")]
    [InlineData("--min-accuracy", "Infinity")]
    [InlineData("--max-errors", "0")]
    [InlineData("--max-errors", "-1")]
    [InlineData("--quiet", "--verbose")]
    [InlineData("--on-error", "ignore")]
    [InlineData("--device", "cuda:-1")]
    [InlineData("--device", "cuda:x")]
    [InlineData("--device", "")]
    [InlineData("--device", "webgpu:")]
    [InlineData("--provider-library")]
    [InlineData("--provider-library", "cuda")]
    [InlineData("--provider-library", "cuda=")]
    [InlineData("--provider-library", "gpu=a.so")]
    [InlineData("--provider-library", "cuda=a.so", "--provider-library", "cuda=b.so")]
    [InlineData("--include")]
    [InlineData("--report")]
    [InlineData("--save-preprocessed")]
    public void WrongOption_IsAUsageErrorThatNamesIt(params string[] option) =>
        InferRun.Of([_folder.Path, .. option]).AssertRefused(ExitCode.Usage, option[0]);

    [Fact]
    public void NoPath_IsAUsageError() => InferRun.Of().AssertRefused(ExitCode.Usage, "name at least one");

    [Fact]
    public void MinAccuracyWithoutLabels_IsAUsageError()
    {
        string path = _folder.Write("unlabelled.png", DigitFolder.EncodePng(new byte[784]));
        InferRun.Of(_folder.Path, "--min-accuracy", "0.5").AssertRefused(ExitCode.Usage, path);
    }
}
