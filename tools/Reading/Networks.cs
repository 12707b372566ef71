using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Reading;

/// <summary>The networks that figures are of: those of the package, and model files beside them.</summary>
internal sealed class Networks : IDisposable
{
    private readonly (string Name, DigitClassifier Classifier)[] _all;

    /// <param name="files">Model files beside the embedded networks; they go by their path.</param>
    public Networks(params IEnumerable<string> files) => _all =
    [
        .. Enum.GetValues<EmbeddedModel>()
            .Select(model => (NameOf(model), new DigitClassifier(new() { Model = model, Device = "cpu" }))),
        .. files.Select(file => (file, DigitClassifier.Load(file, new() { Device = "cpu" }))),
    ];

    public int Count => _all.Length;

    public IEnumerable<string> Names => _all.Select(network => network.Name);

    /// <summary>SHA-256 of each network's file, by its name.</summary>
    public Dictionary<string, string> Digests => _all.ToDictionary(network => network.Name, network => network.Classifier.Info.Sha256);

    public DigitClassifier this[int index] => _all[index].Classifier;

    public static string NameOf(EmbeddedModel model) => model.ToString().ToLowerInvariant();

    /// <summary>The most probable digit of an image of 784 bytes.</summary>
    public int? Read(int index, ReadOnlySpan<byte> image)
    {
        var prediction = new DigitPrediction[1];
        this[index].ClassifyPrepared(image, prediction);
        return prediction[0].Digit;
    }

    public void Dispose()
    {
        foreach (var (_, classifier) in _all)
            classifier.Dispose();
    }
}
