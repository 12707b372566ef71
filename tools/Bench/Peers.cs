using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Bench;

/// <summary>Holds conv in each library, ready to classify the same images.</summary>
internal sealed class Peers : IDisposable
{
    private readonly DigitClassifier _classifier = new(new() { Model = EmbeddedModel.Conv, Device = "cpu" });
    private readonly byte[] _images;
    private readonly DigitPrediction[] _predictions;

    /// <summary>Creates the peers and compares their results.</summary>
    /// <param name="count">The number of images in a call.</param>
    /// <exception cref="InvalidOperationException">The results of two libraries differ.</exception>
    public Peers(int count)
    {
        _images = DigitInputs.Bytes(count);
        _predictions = new DigitPrediction[count];
        Bare = new BareRuntime(ModelPath, count);
        MlNet = new MlNetModel(ModelPath, count);
        Torch = new TorchModel(ModelPath, count);
        Bare.Run();
        RequireEqual("ML.NET", MlNet.Run());
        RequireEqual("TorchSharp", Torch.Run());
        Classify();
        RequireEqual("DigitClassifier", [.. _predictions.SelectMany(prediction => prediction.Scores.ToArray())]);
    }

    /// <summary>Gets the path of conv's model file.</summary>
    public static string ModelPath { get; } = Path.Combine(AppContext.BaseDirectory, "models", "conv.onnx");

    public BareRuntime Bare { get; }

    public MlNetModel MlNet { get; }

    public TorchModel Torch { get; }

    public void Classify() => _classifier.ClassifyPrepared(_images, _predictions);

    public void Dispose()
    {
        Torch.Dispose();
        Bare.Dispose();
        _classifier.Dispose();
    }

    private void RequireEqual(string name, float[] probabilities)
    {
        float largest = probabilities.Zip(Bare.Probabilities, (a, b) => Math.Abs(a - b)).Max();
        if (largest > 1e-5f)
        {
            throw new InvalidOperationException(
                $"{name}'s probabilities differ from ONNX Runtime's by {largest}. Compare the models.");
        }
    }
}
