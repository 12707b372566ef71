using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference.Tests;

/// <summary>The probabilities of prepared images as one array, [N, 10].</summary>
internal static class ScoresExtensions
{
    public static float[] Scores(this DigitClassifier classifier, ReadOnlySpan<byte> images)
    {
        var predictions = new DigitPrediction[images.Length / DigitClassifier.ImageLength];
        classifier.ClassifyPrepared(images, predictions);
        return [.. predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }

    public static float[] Scores(this BatchRunner runner, ReadOnlySpan<byte> images)
    {
        var predictions = new DigitPrediction[images.Length / DigitClassifier.ImageLength];
        runner.Run(images, predictions, threshold: 0);
        return [.. predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }
}
