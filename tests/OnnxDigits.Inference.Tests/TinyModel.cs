using System.Security.Cryptography;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests;

/// <summary>
/// A digit model of one layer, softmax(x · W), encoded by hand from ONNX's field numbers: small, of known weights,
/// and with every part that a test may want to get wrong. Its digest is right unless a test says otherwise.
/// </summary>
internal sealed record TinyModel
{
    public string InputName { get; init; } = "input";

    public string OutputName { get; init; } = "probabilities";

    /// <summary>−1 is the dynamic batch.</summary>
    public long[] InputShape { get; init; } = [-1, 1, 28, 28];

    public int ElementType { get; init; } = 1;

    public long IrVersion { get; init; } = 8;

    public byte[][] Opsets { get; init; } = [Opset("", 17)];

    /// <summary>Nodes between the flattened images <c>flat</c> and the product.</summary>
    public byte[][] Nodes { get; init; } = [];

    /// <summary>What is multiplied with <see cref="Weight"/>.</summary>
    public string Factor { get; init; } = "flat";

    /// <summary>What the last node makes; the graph's output unless a test says otherwise.</summary>
    public string? Result { get; init; }

    /// <summary>The tensor <c>W</c>.</summary>
    public byte[] Weight { get; init; } = DefaultWeight;

    /// <summary>Tensors beside <c>W</c>.</summary>
    public byte[][] Tensors { get; init; } = [];

    /// <summary>Further fields of the graph.</summary>
    public byte[] GraphFields { get; init; } = [];

    /// <summary>Further fields of the model.</summary>
    public byte[] ModelFields { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = DefaultMetadata;

    public bool HasDigest { get; init; } = true;

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

    public static byte[] DefaultWeight { get; } = Floats("W", [784, 10], Weights);

    public byte[] Encode()
    {
        byte[] flatten = Node("Flatten", [InputName], ["flat"]);
        byte[] product = Node("MatMul", [Factor, "W"], ["logits"]);
        byte[] softmax = Node("Softmax", ["logits"], [Result ?? OutputName]);
        byte[] graph = Message(
        [
            .. ((byte[][])[flatten, .. Nodes, product, softmax]).Select(node => Bytes(1, node)),
            Text(2, "tiny"),
            .. ((byte[][])[Weight, .. Tensors]).Select(tensor => Bytes(5, tensor)),
            Bytes(11, Value(InputName, ElementType, InputShape)),
            Bytes(12, Value(OutputName, ElementType, [InputShape[0], 10])),
            GraphFields,
        ]);
        byte[] model = Message(
        [
            Number(1, IrVersion),
            Bytes(7, graph),
            .. Opsets.Select(opset => Bytes(8, opset)),
            .. Metadata.Select(entry => Bytes(14, Entry(entry.Key, entry.Value))),
            ModelFields,
        ]);
        return HasDigest ? [.. model, .. DigestOf(model)] : model;
    }

    /// <summary>The metadata entry that seals the bytes before it.</summary>
    public static byte[] DigestOf(byte[] model) =>
        Bytes(14, Entry("onnxdigits.digest", Convert.ToHexStringLower(SHA256.HashData(model))));

    private static float[] CreateWeights()
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, 7840).Select(_ => (float)(random.NextDouble() - 0.5) / 8)];
    }
}
