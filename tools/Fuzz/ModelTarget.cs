using System.Reflection;
using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Model files through the loader and, where they load, a run on 16 images.</summary>
internal sealed class ModelTarget : IFuzzTarget
{
    private const int Images = 16;

    private readonly byte[] _images = new byte[Images * DigitClassifier.ImageLength];
    private readonly DigitPrediction[] _predictions = new DigitPrediction[Images];
    private readonly float[][] _expected;

    public ModelTarget()
    {
        // Few pixels, so that no probability is so near to 1 that a changed weight leaves it there.
        var random = new Random(16);
        for (int i = 0; i < _images.Length; i++)
            _images[i] = (byte)(random.Next(8) == 0 ? random.Next(256) : 0);
        Seeds = [ReadModel("conv.onnx"), ReadModel("dense.onnx"), ReadModel("best.onnx")];
        _expected = [.. Seeds.Select(Predict)];
    }

    public IReadOnlyList<byte[]> Seeds { get; }

    public IReadOnlyList<string> Outcomes { get; } = ["refused at load", "refused at run", "identical", "different"];

    public string Wrong => Outcomes[^1];

    public int Run(byte[] input, long index)
    {
        DigitClassifier classifier;
        try
        {
            classifier = DigitClassifier.Load(input);
        }
        catch (DigitModelException)
        {
            return 0;
        }
        using (classifier)
        {
            try
            {
                classifier.ClassifyPrepared(_images, _predictions);
            }
            catch (DigitModelException)
            {
                return 1;
            }
        }
        return _expected.Any(scores => scores.SequenceEqual(Scores())) ? 2 : 3;
    }

    private float[] Predict(byte[] model)
    {
        using var classifier = DigitClassifier.Load(model);
        classifier.ClassifyPrepared(_images, _predictions);
        return Scores();
    }

    private float[] Scores() => [.. _predictions.SelectMany(prediction => prediction.Scores.ToArray())];

    private static byte[] ReadModel(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"This build has no '{name}': artifacts/models was missing.");
        byte[] model = new byte[stream.Length];
        stream.ReadExactly(model);
        return model;
    }
}
