using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Bench;

/// <summary>Benchmarks conv on prepared images, on one thread.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class CallBenchmarks
{
    private Peers _peers = null!;

    /// <summary>Gets or sets the number of images in a call.</summary>
    [Params(1, DigitInputs.Batch)]
    public int Count { get; set; }

    /// <summary>Creates the peers.</summary>
    [GlobalSetup]
    public void Setup() => _peers = new Peers(Count);

    /// <summary>Frees the peers.</summary>
    [GlobalCleanup]
    public void Cleanup() => _peers.Dispose();

    /// <summary>Runs ONNX Runtime with bound buffers.</summary>
    [Benchmark(Baseline = true)]
    public void OnnxRuntime() => _peers.Bare.Run();

    /// <summary>Runs the classifier on bytes.</summary>
    [Benchmark]
    public void DigitClassifier() => _peers.Classify();

    /// <summary>Runs ML.NET on floats.</summary>
    [Benchmark]
    public float[] OnnxTransformer() => _peers.MlNet.Run();

    /// <summary>Runs TorchSharp on a tensor.</summary>
    [Benchmark]
    public float[] TorchSharpEval() => _peers.Torch.Run();
}

/// <summary>Benchmarks the steps from an image file to its digit.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class PhotographBenchmarks
{
    private readonly byte[] _file = DigitInputs.Photograph();
    private readonly byte[] _scan = DigitInputs.Bytes(1);
    private readonly byte[] _prepared = new byte[DigitPreprocessing.OutputLength];
    private readonly DigitClassifier _classifier = new(new() { Model = EmbeddedModel.Conv, Device = "cpu" });
    private DecodedImage _decoded = null!;

    /// <summary>Decodes the photograph.</summary>
    [GlobalSetup]
    public void Setup() => _decoded = ImageFile.Decode(_file);

    /// <summary>Decodes a JPEG file of 640 × 480 pixels.</summary>
    [Benchmark(Baseline = true)]
    public DecodedImage Decode() => ImageFile.Decode(_file);

    /// <summary>Prepares the decoded photograph.</summary>
    [Benchmark]
    public PreprocessingResult PreparePhotograph() => DigitPreprocessing.Apply(_decoded.Raster, _prepared);

    /// <summary>Prepares an image that is already in MNIST's form.</summary>
    [Benchmark]
    public PreprocessingResult PrepareScan() =>
        DigitPreprocessing.Apply(new RasterImage(_scan, 28, 28, PixelLayout.Gray8), _prepared);

    /// <summary>Decodes, prepares and classifies the photograph.</summary>
    [Benchmark]
    public DigitPrediction ClassifyPhotograph() => _classifier.Classify(ImageFile.Decode(_file).Raster);
}

/// <summary>Runs benchmarks in this process, because a process for each would copy libtorch every time.</summary>
internal sealed class InProcess : ManualConfig
{
    public InProcess() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
}
