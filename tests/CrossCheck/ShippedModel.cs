using System.Runtime.InteropServices;
using Onnx;

namespace CrossCheck;

/// <summary>A model file of <c>artifacts/models</c> and its weights.</summary>
internal sealed class ShippedModel
{
    private static readonly string[] WeightEndings = [".weight", ".bias", ".running_mean", ".running_var"];

    private readonly ModelProto _model;

    private ShippedModel(string network)
    {
        Network = network;
        Path = System.IO.Path.Combine(AppContext.BaseDirectory, "models", $"{network}.onnx");
        File = System.IO.File.ReadAllBytes(Path);
        _model = ModelProto.Parser.ParseFrom(File);
    }

    public static TheoryData<string> Networks => ["dense", "conv", "best"];

    public string Network { get; }

    public string Path { get; }

    public byte[] File { get; }

    public string ProducerVersion => _model.ProducerVersion;

    public Dictionary<string, string> Metadata =>
        _model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Gets the layers' weights by their names in the state dictionary.</summary>
    public IReadOnlyDictionary<string, (long[] Shape, float[] Values)> Weights => _model.Graph.Initializer
        .Where(tensor => WeightEndings.Any(ending => tensor.Name.EndsWith(ending, StringComparison.Ordinal)))
        .ToDictionary(
            tensor => tensor.Name,
            tensor => (tensor.Dims.ToArray(), MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()));

    public static ShippedModel Open(string network) => new(network);
}
