using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>
/// Graphs of allowed operators whose sizes grow too large or do not match. Their digests are correct.
/// </summary>
internal static class BadSizes
{
    public static IEnumerable<BadModel> All => [.. Bombs, .. Misfits, NineColumns];

    private static BadModel NineColumns => new(
        "nine scores", () => new TinyModel { Weight = Floats("W", 784, 9) }.Encode(),
        "declares the output 'probabilities' float32 [N, 10], but computes [64, 9] for 64 images" + ExportAgain);

    private static IEnumerable<BadModel> Bombs =>
    [
        Bomb("broadcast bomb", "Add", [Node("Add", ["a", "b"], ["odd"])], Floats("a", 5000, 1), Floats("b", 1, 5000)),
        Bomb("product bomb", "MatMul", [Node("MatMul", ["a", "b"], ["odd"])], Floats("a", 5000, 1),
            Floats("b", 1, 5000)),
        Bomb("product bomb with a turn", "Gemm", [Node("Gemm", ["a", "a"], ["odd"], Integer("transB", 1))],
            Floats("a", 5000, 1)),
        Bomb("padding bomb", "Pad", [Node("Pad", ["input", "p"], ["odd"])],
            Sizes("p", 0, 0, 100_000, 0, 0, 0, 100_000, 0)),
        Bomb("convolution bomb", "Conv",
            [Node("Conv", ["input", "k"], ["odd"], Integers("pads", 5000, 5000, 5000, 5000))], Floats("k", 1, 1, 3, 3)),
        Bomb("channels bomb", "Conv", [Node("Conv", ["input", "k"], ["odd"])], Floats("k", 2000, 1, 1, 1)),
        Bomb("doubling bomb", "Concat",
            [
                Node("Relu", ["flat"], ["d0"]),
                .. Enumerable.Range(0, 30).Select(n =>
                    Node("Concat", ["d" + n, "d" + n], ["d" + (n + 1)], Integer("axis", 1))),
            ]),
        Bomb("every image with every other", "MatMul",
            [
                Node("Reshape", ["flat", "row"], ["r"]),
                Node("Transpose", ["r"], ["c"], Integers("perm", 1, 0)),
                Node("MatMul", ["c", "r"], ["odd"]),
            ], Sizes("row", 1, -1)),
    ];

    private static IEnumerable<BadModel> Misfits =>
    [
        Misfit("products of other lengths", Node("Gemm", ["flat", "V"], ["odd"])),
        Misfit("product of a vector", Node("MatMul", ["flat", "v"], ["odd"])),
        Misfit("sum of other sizes", Node("Add", ["flat", "v"], ["odd"])),
        Misfit("sum of one", Node("Add", ["flat"], ["odd"])),
        Misfit("sum with one left out", Node("Add", ["flat", ""], ["odd"])),
        Misfit("node without inputs", Node("Relu", [], ["odd"])),
        Misfit("node with two results", Node("Identity", ["flat"], ["odd", "even"])),
        Misfit("window larger than the image", Node("MaxPool", ["input"], ["odd"], Integers("kernel_shape", 29, 1))),
        Misfit("window without sides", Node("MaxPool", ["input"], ["odd"])),
        Misfit("window of 0", Node("AveragePool", ["input"], ["odd"], Integers("kernel_shape", 0, 1))),
        Misfit("stride of 0",
            Node("MaxPool", ["input"], ["odd"], Integers("kernel_shape", 2, 2), Integers("strides", 0, 1))),
        Misfit("pads that overflow",
            Window(Integers("pads", long.MaxValue, 0, 1, 0))),
        Misfit("dilations that overflow",
            Window(Integers("dilations", long.MaxValue, 2))),
        Misfit("three pads",
            Node("MaxPool", ["input"], ["odd"], Integers("kernel_shape", 2, 2), Integers("pads", 1, 1, 1))),
        Misfit("padding by itself",
            Window(Bytes(5, Message(Text(1, "auto_pad"), Text(4, "SAME_UPPER"))))),
        Misfit("convolution of flat images", Node("Conv", ["flat", "V"], ["odd"])),
        Misfit("convolution of a scalar", Node("Conv", ["s", "s"], ["odd"])),
        Misfit("shape that is no divisor", Node("Reshape", ["flat", "shape"], ["odd"]), Sizes("shape", -1, 5000)),
        Misfit("shape of two unknowns", Node("Reshape", ["flat", "shape"], ["odd"]), Sizes("shape", -1, -1)),
        Misfit("shape of a negative size", Node("Reshape", ["flat", "shape"], ["odd"]), Sizes("shape", -784, 64)),
        Misfit("shape of too many values", Node("Reshape", ["flat", "shape"], ["odd"]), Sizes("shape", 64, 785)),
        Misfit("shape that is computed", Node("Reshape", ["flat", "flat"], ["odd"])),
        Misfit("shape of kept sizes that are not there", Node("Reshape", ["flat", "shape"], ["odd"]),
            Sizes("shape", 0, 0, 0)),
        Misfit("axes in a wrong order", Node("Transpose", ["flat"], ["odd"], Integers("perm", 1, 1))),
        Misfit("axis past the last", Node("Flatten", ["input"], ["odd"], Integer("axis", 5))),
        Misfit("joint without an axis", Node("Concat", ["flat", "flat"], ["odd"])),
        Misfit("joint of other sizes", Node("Concat", ["flat", "V"], ["odd"], Integer("axis", 1))),
        Misfit("pads for another rank", Node("Pad", ["flat", "shape"], ["odd"]), Sizes("shape", 0, 0)),
        Misfit("pads that remove all", Node("Pad", ["flat", "shape"], ["odd"]), Sizes("shape", 0, -784, 0, 0)),
        Misfit("pads below all numbers", Node("Pad", ["flat", "shape"], ["odd"]),
            Sizes("shape", 0, long.MinValue, 0, long.MinValue)),
        Misfit("nothing beside much", Node("Flatten", ["e"], ["odd"]), Floats("e", [0, 10_000, 10_000])),
    ];

    private static BadModel Bomb(string name, string type, byte[][] nodes, params byte[][] tensors) => new(
        name, () => new TinyModel { Nodes = nodes, Tensors = tensors }.Encode(),
        $"has a node '{type}' whose output exceeds 16,777,216 values for 64 images"
        + UseOurs);

    private static byte[] Window(byte[] attribute) =>
        Node("MaxPool", ["input"], ["odd"], Integers("kernel_shape", 2, 2), attribute);

    private static BadModel Misfit(string name, byte[] node, params byte[][] tensors) => new(
        name,
        () => new TinyModel
        {
            Nodes = [node],
            Tensors = [Floats("V", 10, 784), Floats("v", [3]), Floats("s", []), .. tensors],
        }.Encode(),
        $"has a node {Operator(node)} whose inputs and attributes do not match" + ExportAgain);

    private static string Operator(byte[] node)
    {
        // Field 4 of a node is its operator.
        string[] types =
        [
            "Gemm", "MatMul", "Add", "Relu", "Identity", "MaxPool", "AveragePool", "Conv", "Reshape", "Transpose",
            "Flatten", "Concat", "Pad",
        ];
        return $"'{types.First(type => node.AsSpan().IndexOf(Text(4, type)) >= 0)}'";
    }
}
