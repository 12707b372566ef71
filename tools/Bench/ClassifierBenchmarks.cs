using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using CrossCheck;
using OnnxDigits.Inference;
using TorchSharp;

namespace OnnxDigits.Tools.Bench;

/// <summary>One image and 1,024 through the same network, on one thread each.</summary>
[Config(typeof(Here))]
[MemoryDiagnoser]
public class ClassifierBenchmarks
{
    private readonly float[] _probabilities = new float[DigitInputs.Most * 10];
    private readonly DigitPrediction[] _predictions = new DigitPrediction[DigitInputs.Most];
    private byte[] _bytes = [];
    private DigitClassifier _classifier = null!;
    private BareRuntime _bare = null!;
    private MlNetModel _mlNet = null!;
    private MlNetModel.Row[] _rows = [];
    private TorchModel _torch = null!;
    private torch.Tensor _tensor = null!;

    /// <summary>Images in one call.</summary>
    [Params(1, DigitInputs.Most)]
    public int Count { get; set; }

    /// <summary>Makes all four and holds their results against each other.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var model = ShippedModel.Open("conv");
        float[] floats = DigitInputs.Floats(Count);
        _bytes = DigitInputs.Bytes(Count);
        _classifier = new DigitClassifier(new() { Model = EmbeddedModel.Conv, Device = "cpu" });
        _bare = new BareRuntime(model.File, Count);
        _mlNet = new MlNetModel(ShippedModel.PathOf("conv.onnx"));
        _rows = MlNetModel.Rows(floats);
        _torch = new TorchModel(model);
        _tensor = TorchModel.Images(floats);

        Bare();
        RequireEqual("the classifier", [.. Classifier().SelectMany(prediction => prediction.Scores.ToArray())]);
        RequireEqual("ML.NET", [.. _mlNet.Predict(_rows).SelectMany(row => row)]);
        RequireEqual("TorchSharp", TorchSharpEval());
    }

    /// <summary>Frees the four.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _classifier.Dispose();
        _bare.Dispose();
        _tensor.Dispose();
        _torch.Dispose();
    }

    /// <summary>Bound buffers, floats in place: what the others are measured by.</summary>
    [Benchmark(Baseline = true)]
    public void Bare() => _bare.Run();

    /// <summary>Bytes to probabilities in the caller's span.</summary>
    [Benchmark]
    public DigitPrediction[] Classifier()
    {
        _classifier.ClassifyPrepared(_bytes, _predictions);
        return _predictions;
    }

    /// <summary>ML.NET's OnnxTransformer on floats.</summary>
    [Benchmark]
    public object OnnxTransformer() => Count == 1 ? _mlNet.Predict(_rows[0]) : _mlNet.Predict(_rows);

    /// <summary>TorchSharp on a tensor of floats.</summary>
    [Benchmark]
    public float[] TorchSharpEval()
    {
        _torch.Predict(_tensor, _probabilities);
        return _probabilities;
    }

    private void RequireEqual(string what, float[] actual)
    {
        float most = 0;
        for (int i = 0; i < Count * 10; i++)
            most = Math.Max(most, Math.Abs(actual[i] - _bare.Probabilities[i]));
        if (most > 1e-5f)
            throw new InvalidOperationException($"The probabilities of {what} are {most} from the bare runtime's.");
    }

    private sealed class Here : ManualConfig
    {
        // A process per benchmark would build a copy of libtorch for each.
        public Here() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
