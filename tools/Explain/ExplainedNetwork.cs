using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Explain;

/// <summary>A shipped network as ONNX Runtime runs it, with no preprocessing before it.</summary>
internal sealed class ExplainedNetwork(EmbeddedModel model) : IDisposable
{
    private readonly DigitClassifier _classifier = new(new DigitClassifierOptions { Model = model, Device = "cpu" });

    public ModelInfo Info => _classifier.Info;

    public string Name => Info.Network;

    public static IReadOnlyList<ExplainedNetwork> OpenAll() =>
        [new(EmbeddedModel.Dense), new(EmbeddedModel.Conv), new(EmbeddedModel.Best)];

    /// <summary>What the network makes of each image, in order.</summary>
    /// <param name="pixels">[N, 28, 28] bytes.</param>
    public DigitPrediction[] Read(ReadOnlySpan<byte> pixels)
    {
        var predictions = new DigitPrediction[pixels.Length / DigitImages.PixelsPerImage];
        _classifier.ClassifyPrepared(pixels, predictions);
        return predictions;
    }

    /// <summary>The probability of each digit for each image, [N, 10].</summary>
    public float[] Probabilities(ReadOnlySpan<byte> pixels) =>
        [.. Read(pixels).SelectMany(prediction => prediction.Scores.ToArray())];

    /// <summary>Part of the images whose digit is right when each has been changed, 0..1.</summary>
    /// <param name="images">The images.</param>
    /// <param name="change">Gives the changed image; its second argument is the place of the image.</param>
    public double Accuracy(DigitImages images, Func<byte[], int, byte[]> change)
    {
        int right = 0;
        Parallel.ForEach(Enumerable.Range(0, images.Count).Chunk(256), chunk =>
        {
            byte[] changed = [.. chunk.SelectMany(i => change(images.Image(i).ToArray(), i))];
            DigitPrediction[] readings = Read(changed);
            Interlocked.Add(ref right, chunk.Where((i, place) => readings[place].Digit == images.Label(i)).Count());
        });
        return (double)right / images.Count;
    }

    public void Dispose() => _classifier.Dispose();
}
