using System.Buffers.Binary;
using System.Text;

namespace OnnxDigits.Inference.Tests;

/// <summary>
/// A digit model of one layer, softmax(x · W), encoded by hand from ONNX's field numbers: small, of known weights,
/// and with every part that a test may want to get wrong.
/// </summary>
internal sealed record TinyModel
{
    public string InputName { get; init; } = "input";

    public string OutputName { get; init; } = "probabilities";

    /// <summary>−1 is the dynamic batch.</summary>
    public long[] InputShape { get; init; } = [-1, 1, 28, 28];

    public int ElementType { get; init; } = 1;

    /// <summary>The columns of the weights that are really there.</summary>
    public int Columns { get; init; } = 10;

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = DefaultMetadata;

    public static IReadOnlyDictionary<string, string> DefaultMetadata { get; } = new Dictionary<string, string>
    {
        ["onnxdigits.network"] = "dense",
        ["onnxdigits.dataset"] = "generated",
        ["onnxdigits.dataset_sha256"] = "abc123",
        ["onnxdigits.seed"] = "7",
        ["onnxdigits.test_accuracy"] = "0.1234",
        ["onnxdigits.preprocessing"] = DigitPreprocessing.Id,
        ["onnxdigits.version"] = "9.8.7",
    };

    /// <summary>[784, 10], the same every time.</summary>
    public static float[] Weights { get; } = CreateWeights();

    public byte[] Encode()
    {
        var flatten = Message(Text(1, InputName), Text(2, "flat"), Text(4, "Flatten"));
        var product = Message(Text(1, "flat"), Text(1, "W"), Text(2, "logits"), Text(4, "MatMul"));
        var softmax = Message(Text(1, "logits"), Text(2, OutputName), Text(4, "Softmax"));
        var raw = new byte[Weights.Length * 4];
        for (int i = 0; i < Weights.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(4 * i), Weights[i]);
        var weights = Message(
            Number(1, 784), Number(1, Columns), Number(2, 1), Text(8, "W"), Bytes(9, raw[..(4 * 784 * Columns)]));
        var graph = Message(
            Bytes(1, flatten), Bytes(1, product), Bytes(1, softmax), Text(2, "tiny"), Bytes(5, weights),
            Bytes(11, Value(InputName, InputShape)), Bytes(12, Value(OutputName, [InputShape[0], 10])));
        var metadata = Metadata.Select(entry => Bytes(14, Message(Text(1, entry.Key), Text(2, entry.Value))));
        return Message([Number(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Number(2, 17))), .. metadata]);
    }

    private static float[] CreateWeights()
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, 7840).Select(_ => (float)(random.NextDouble() - 0.5) / 8)];
    }

    private byte[] Value(string name, long[] shape)
    {
        var dimensions = shape.Select(size => Bytes(1, size < 0 ? Text(2, "N") : Number(1, size))).ToArray();
        var tensor = Message(Number(1, ElementType), Bytes(2, Message(dimensions)));
        return Message(Text(1, name), Bytes(2, Bytes(1, tensor)));
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
