using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OnnxDigits.Imaging;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Bench;

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
