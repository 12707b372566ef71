using System.Buffers.Binary;
using Onnx;

namespace CrossCheck;

/// <summary>A model file of <c>artifacts/models</c>, its weights and what it says of itself.</summary>
internal sealed class ShippedModel
{
    private static readonly string[] WeightEndings = [".weight", ".bias", ".running_mean", ".running_var"];

    private readonly ModelProto _model;

    private ShippedModel(string network, byte[] file)
    {
        Network = network;
        File = file;
        _model = ModelProto.Parser.ParseFrom(file);
    }

    public static IReadOnlyList<string> Networks { get; } = ["dense", "conv", "best"];

    public string Network { get; }

    public byte[] File { get; }

    public ModelProto Proto => _model;

    public static string PathOf(string fileName) => Path.Combine(AppContext.BaseDirectory, "models", fileName);

    public static ShippedModel Open(string network) => new(network, System.IO.File.ReadAllBytes(PathOf($"{network}.onnx")));

    public string Metadata(string key) => _model.MetadataProps.Single(entry => entry.Key == key).Value;

    public Dictionary<string, string> Metadata() =>
        _model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    public IEnumerable<(string Name, long[] Shape)> Weights =>
        _model.Graph.Initializer.Where(IsWeight).Select(tensor => (tensor.Name, tensor.Dims.ToArray()));

    public float[] Weight(string name)
    {
        ReadOnlySpan<byte> raw = _model.Graph.Initializer.Single(tensor => tensor.Name == name).RawData.Span;
        var values = new float[raw.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]);
        return values;
    }

    private static bool IsWeight(TensorProto tensor) =>
        WeightEndings.Any(ending => tensor.Name.EndsWith(ending, StringComparison.Ordinal));
}
