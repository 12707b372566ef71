using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>What a model makes of labelled images.</summary>
/// <param name="Count">The number of images.</param>
/// <param name="Confusion">Labels against digits; blank images are in no cell.</param>
/// <param name="Loss">The mean categorical cross-entropy, probabilities clipped to 1e-7 as Keras does.</param>
internal sealed record Evaluation(int Count, ConfusionMatrix Confusion, double Loss)
{
    private const double LeastProbability = 1e-7;
    private const int LeastBlock = 256;

    public double Accuracy => (double)Confusion.Correct / Count;

    public static Evaluation Run(DigitClassifier classifier, DigitImages images, int threads, CancellationToken cancellationToken)
    {
        var predictions = new DigitPrediction[images.Count];
        int blockSize = Math.Max(LeastBlock, classifier.Info.BatchSize);
        int blocks = (images.Count + blockSize - 1) / blockSize;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Workers.ForEach(blocks, options, block =>
        {
            int start = block * blockSize, count = Math.Min(blockSize, images.Count - start);
            var pixels = images.Pixels.Span.Slice(start * DigitImages.PixelsPerImage, count * DigitImages.PixelsPerImage);
            classifier.Classify(pixels, predictions.AsSpan(start, count));
        });

        // Summed in order, so that the loss does not depend on the threads.
        var confusion = new ConfusionMatrix();
        double loss = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            int label = images.Label(i);
            if (predictions[i].Digit is { } digit)
                confusion.Add(label, digit);
            loss -= Math.Log(Math.Clamp(predictions[i].Scores[label], LeastProbability, 1 - LeastProbability));
        }
        return new(images.Count, confusion, loss / images.Count);
    }
}
