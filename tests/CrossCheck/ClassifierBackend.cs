using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace CrossCheck;

/// <summary>What an application runs: <see cref="DigitClassifier"/> with its embedded model.</summary>
internal sealed class ClassifierBackend(string network) : IDigitBackend
{
    private readonly DigitClassifier _classifier = new(new DigitClassifierOptions
    {
        Model = Enum.Parse<EmbeddedModel>(network, ignoreCase: true),
    });

    public float[] Run(DigitImages images)
    {
        var predictions = new DigitPrediction[images.Count];
        _classifier.ClassifyPrepared(images.Pixels.Span, predictions);
        return [.. predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }

    public void Dispose() => _classifier.Dispose();
}
