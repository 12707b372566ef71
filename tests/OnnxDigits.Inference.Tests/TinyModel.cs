using System.Security.Cryptography;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests;

/// <summary>
/// A digit model of one layer, softmax(x · W), with known weights. It is encoded by hand, so that tests can change any
/// part. Its digest is correct by default.
/// </summary>
internal sealed record TinyModel
{
    public string InputName { get; init; } = "input";

    public string OutputName { get; init; } = "probabilities";

    /// <summary>Gets the shape of the input, with −1 for the open batch.</summary>
    public long[] InputShape { get; init; } = [-1, 1, 28, 28];

    public int ElementType { get; init; } = 1;

    public long IrVersion { get; init; } = 8;

    public byte[][] Opsets { get; init; } = [Opset("", 17)];

    /// <summary>Gets the nodes between the flattened images, <c>flat</c>, and the product.</summary>
    public byte[][] Nodes { get; init; } = [];

    /// <summary>Gets the name of the value that is multiplied by <see cref="Weight"/>.</summary>
    public string Factor { get; init; } = "flat";

    /// <summary>Gets the operator of the last node, which turns the logits into probabilities.</summary>
    public string LastOperator { get; init; } = "Softmax";

    /// <summary>Gets the name of the last node's output, if it is not the graph's output.</summary>
    public string? Result { get; init; }

    /// <summary>Gets the tensor <c>W</c>.</summary>
    public byte[] Weight { get; init; } = DefaultWeight;

    /// <summary>Gets further tensors.</summary>
    public byte[][] Tensors { get; init; } = [];

    /// <summary>Gets further fields of the graph.</summary>
    public byte[] GraphFields { get; init; } = [];

    /// <summary>Gets further fields of the model.</summary>
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

    /// <summary>Gets reproducible weights, [784, 10].</summary>
    public static float[] Weights { get; } = CreateWeights();

    public static byte[] DefaultWeight { get; } = Floats("W", [784, 10], Weights);

    public byte[] Encode()
    {
        byte[] flatten = Node("Flatten", [InputName], ["flat"]);
        byte[] product = Node("MatMul", [Factor, "W"], ["logits"]);
        byte[] last = Node(LastOperator, ["logits"], [Result ?? OutputName]);
        byte[] graph = Message(
        [
            .. ((byte[][])[flatten, .. Nodes, product, last]).Select(node => Bytes(1, node)),
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

    /// <summary>Returns the metadata entry with the digest of the bytes before it.</summary>
    public static byte[] DigestOf(byte[] model) =>
        Bytes(14, Entry("onnxdigits.digest", Convert.ToHexStringLower(SHA256.HashData(model))));

    private static float[] CreateWeights()
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, 7840).Select(_ => (float)(random.NextDouble() - 0.5) / 8)];
    }
}
