using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.CrossCheck;

/// <summary>What an application runs: <see cref="DigitClassifier"/> with its embedded model, or with a file that is not embedded.</summary>
internal sealed class ClassifierBackend(string network) : IDigitBackend
{
    private readonly DigitClassifier _classifier = Enum.TryParse(network, ignoreCase: true, out EmbeddedModel embedded)
        ? new DigitClassifier(new DigitClassifierOptions { Model = embedded })
        : DigitClassifier.Load(ShippedModel.PathOf($"{network}.onnx"));

    public float[] Run(DigitImages images)
    {
        var probabilities = new float[images.Count * 10];
        _classifier.Predict(images.Pixels.Span, probabilities);
        return probabilities;
    }

    public void Dispose() => _classifier.Dispose();
}
