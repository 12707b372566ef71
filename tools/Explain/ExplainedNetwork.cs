using OnnxDigits.Data;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Explain;

/// <summary>A shipped network as ONNX Runtime runs it, with no preprocessing before it.</summary>
internal sealed class ExplainedNetwork(EmbeddedModel model) : IDisposable
{
    private readonly DigitClassifier _classifier = new(new DigitClassifierOptions { Model = model, Device = "cpu" });

    public string Name => _classifier.Info.Network!;

    public static IReadOnlyList<ExplainedNetwork> OpenAll() =>
        [new(EmbeddedModel.Dense), new(EmbeddedModel.Conv), new(EmbeddedModel.Best)];

    /// <summary>What the network makes of each image, in order.</summary>
    /// <param name="pixels">[N, 28, 28] bytes.</param>
    public Reading[] Read(ReadOnlySpan<byte> pixels)
    {
        int count = pixels.Length / DigitImages.PixelsPerImage;
        float[] probabilities = new float[count * DigitImages.Classes];
        _classifier.Predict(pixels, probabilities);
        var readings = new Reading[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = probabilities.AsSpan(i * DigitImages.Classes, DigitImages.Classes);
            int digit = 0;
            for (int other = 1; other < row.Length; other++)
            {
                if (row[other] > row[digit]) digit = other;
            }

            readings[i] = new Reading(digit, row[digit]);
        }

        return readings;
    }

    /// <summary>Part of the images whose digit is right when each has been changed, 0..1.</summary>
    /// <param name="images">The images.</param>
    /// <param name="change">Gives the changed image; its second argument is the place of the image.</param>
    public double Accuracy(DigitImages images, Func<byte[], int, byte[]> change)
    {
        int right = 0;
        Parallel.ForEach(Enumerable.Range(0, images.Count).Chunk(256), chunk =>
        {
            byte[] changed = [.. chunk.SelectMany(i => change(images.Image(i).ToArray(), i))];
            Reading[] readings = Read(changed);
            Interlocked.Add(ref right, chunk.Where((i, place) => readings[place].Digit == images.Label(i)).Count());
        });
        return (double)right / images.Count;
    }

    public void Dispose() => _classifier.Dispose();
}

/// <summary>The most probable digit of an image, and its probability, 0..1.</summary>
internal readonly record struct Reading(int Digit, float Confidence);
