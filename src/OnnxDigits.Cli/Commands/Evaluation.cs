using System.Globalization;
using System.Text.Json.Nodes;
using OnnxDigits.Cli.Outputs;
using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the results of a model on labeled images.</summary>
/// <param name="Confusion">The confusion matrix.</param>
/// <param name="Loss">The mean categorical cross-entropy. As in Keras, probabilities are clipped to 1e-7.</param>
internal sealed record Evaluation(ConfusionMatrix Confusion, double Loss)
{
    private const double MinProbability = 1e-7;
    private const int MinBlockSize = 256;

    /// <summary>Gets the fraction of correct images. Blank images count as wrong.</summary>
    public double Accuracy => Confusion.Accuracy;

    public static Evaluation Run(
        DigitClassifier classifier, DigitImages images, int threads, CancellationToken cancellationToken)
    {
        var predictions = new DigitPrediction[images.Count];
        int blockSize = Math.Max(MinBlockSize, classifier.Info.BatchSize);
        int blocks = (images.Count + blockSize - 1) / blockSize;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, blocks, options, block =>
        {
            int start = block * blockSize, count = Math.Min(blockSize, images.Count - start);
            var pixels = images.Pixels.Span.Slice(
                start * DigitImages.PixelsPerImage, count * DigitImages.PixelsPerImage);
            classifier.Classify(pixels, predictions.AsSpan(start, count));
        });

        // Summed in order, so that the loss doesn't depend on the number of threads.
        var confusion = new ConfusionMatrix();
        double loss = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            int label = images.Label(i);
            if (predictions[i].Digit is { } digit)
            {
                confusion.Add(label, digit);
            }
            else
            {
                confusion.AddBlank(label);
            }
            loss -= Math.Log(Math.Clamp(predictions[i].Scores[label], MinProbability, 1 - MinProbability));
        }
        return new(confusion, loss / images.Count);
    }

    public void WriteTable(TextWriter writer, ModelInfo model, DigitDataSet data)
    {
        string name = $"{model.Name} ({model.Network}, trained on {model.DataSet}), on {model.Device}";
        writer.Write(TextLines.Entry("model", name, 11));
        writer.Write(TextLines.Entry("data", $"{data.Name}: {Confusion.Total} test images", 11));
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"accuracy   {Accuracy:0.0000} ({Confusion.Correct} of {Confusion.Total})"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss       {Loss:0.0000}"));
        writer.WriteLine();
        writer.Write(Confusion.ToTable());
    }

    public JsonObject ToJson(ModelInfo model, DigitDataSet data)
    {
        var json = new JsonObject
        {
            ["model"] = model.Name,
            ["network"] = model.Network,
            ["trained_on"] = model.DataSet,
            ["device"] = model.Device,
            ["dataset"] = data.Name,
            ["dataset_sha256"] = data.Sha256,
            ["images"] = Confusion.Total,
            ["correct"] = Confusion.Correct,
            ["accuracy"] = Accuracy,
            ["loss"] = Loss,
        };
        Facts.AddConfusion(json, Confusion);
        return json;
    }
}
