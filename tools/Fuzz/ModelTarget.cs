using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Loads models and classifies 16 images with those that load.</summary>
internal sealed class ModelTarget : IFuzzTarget
{
    private const int Images = 16;

    private readonly DigitClassifierOptions _options;
    private readonly byte[] _images = new byte[Images * DigitClassifier.ImageLength];
    private readonly DigitPrediction[] _predictions = new DigitPrediction[Images];
    private readonly float[][] _expected;

    /// <param name="allowForeign">Indicates whether models with another digest are loaded.</param>
    public ModelTarget(bool allowForeign)
    {
        _options = new() { Device = "cpu", AllowForeignModel = allowForeign };
        // Images with few pixels keep the probabilities away from 0 and 1, where a changed weight would not show.
        var random = new Random(16);
        for (int i = 0; i < _images.Length; i++) _images[i] = (byte)(random.Next(8) == 0 ? random.Next(256) : 0);
        string[] models = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models"), "*.onnx");
        Seeds = [.. models.Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        _expected = [.. Seeds.Select(Scores)];
    }

    public IReadOnlyList<byte[]> Seeds { get; }

    public string Run(byte[] input, long number)
    {
        float[] scores;
        try
        {
            scores = Scores(input);
        }
        catch (DigitModelException)
        {
            return "refused";
        }

        if (_expected.Any(expected => expected.SequenceEqual(scores))) return "same results";
        return _options.AllowForeignModel ? "other results" : $"{Worker.Fault}other results";
    }

    private float[] Scores(byte[] model)
    {
        using DigitClassifier classifier = DigitClassifier.Load(model, _options);
        classifier.ClassifyPrepared(_images, _predictions);
        return [.. _predictions.SelectMany(prediction => prediction.Scores.ToArray())];
    }
}
