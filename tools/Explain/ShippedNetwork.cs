using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Tools.Explain;

/// <summary>Runs a shipped network without preprocessing.</summary>
internal sealed class ShippedNetwork(string name) : IDisposable
{
    private readonly DigitClassifier _classifier = new(new DigitClassifierOptions
    {
        Model = Enum.Parse<EmbeddedModel>(name, ignoreCase: true),
        Device = "cpu",
    });

    /// <summary>Gets the network's name.</summary>
    public string Name => name;

    /// <summary>Gets the model's metadata.</summary>
    public ModelInfo Info => _classifier.Info;

    /// <summary>Reads a shipped network's weights into TorchSharp's modules, to look at its layers.</summary>
    public static SequentialModel OpenInTorchSharp(string name)
    {
        SequentialModel network = DigitNetworks.Create(name, seed: 0);
        network.Load(Path.Combine(AppContext.BaseDirectory, "models", $"{name}.onnx"));
        network.Classifier.eval();
        return network;
    }

    /// <summary>Classifies each image.</summary>
    /// <param name="pixels">[N, 28, 28] bytes in MNIST's form.</param>
    public DigitPrediction[] Read(ReadOnlySpan<byte> pixels)
    {
        var predictions = new DigitPrediction[pixels.Length / DigitImages.PixelsPerImage];
        _classifier.ClassifyPrepared(pixels, predictions);
        return predictions;
    }

    public void Dispose() => _classifier.Dispose();
}
