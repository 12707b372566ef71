using static OnnxDigits.Inference.Tests.BadModels.BadModel;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>Graphs with parts that digit models do not use, or out of order. Their digests are correct.</summary>
internal static class BadGraphs
{
    private const string NoNeed = ", which OnnxDigits does not use" + ExportOrAllow;
    private const string WantsInput = ", but a digit model has 'input' float32 [N, 1, 28, 28]" + UseOurs;
    private const string WantsOutput = ", but a digit model has 'probabilities' float32 [N, 10]" + UseOurs;

    public static IEnumerable<BadModel> All => [.. Ends, .. Operators, .. Parts, .. Order];

    private static IEnumerable<BadModel> Ends =>
    [
        new("other input name", () => new TinyModel { InputName = "x" }.Encode(),
            "has the input 'x' float32 [N, 1, 28, 28]" + WantsInput),
        new("other output name", () => new TinyModel { OutputName = "logits2" }.Encode(),
            "has the output 'logits2' float32 [N, 10]" + WantsOutput),
        new("larger images", () => new TinyModel { InputShape = [-1, 1, 32, 32] }.Encode(),
            "has the input 'input' float32 [N, 1, 32, 32]" + WantsInput),
        new("flat images", () => new TinyModel { InputShape = [-1, 784] }.Encode(),
            "has the input 'input' float32 [N, 784]" + WantsInput),
        new("fixed batch", () => new TinyModel { InputShape = [1, 1, 28, 28] }.Encode(),
            "has the input 'input' float32 [1, 1, 28, 28]" + WantsInput),
        new("three channels", () => new TinyModel { InputShape = [-1, 3, 28, 28] }.Encode(),
            "has the input 'input' float32 [N, 3, 28, 28]" + WantsInput),
        new("doubles", () => new TinyModel { ElementType = 11 }.Encode(),
            "has the input 'input' float64 [N, 1, 28, 28]" + WantsInput),
        new("unknown type", () => new TinyModel { ElementType = 77 }.Encode(),
            "has the input 'input' type 77 [N, 1, 28, 28]" + WantsInput),
        new("two inputs", () => new TinyModel { GraphFields = Bytes(11, Value("mask", 9, [1])) }.Encode(),
            "has the input 'input' float32 [N, 1, 28, 28] and 'mask' bool [1]" + WantsInput),
        new("input without a shape", () => new TinyModel { GraphFields = Bytes(11, Text(1, "free")) }.Encode(),
            "has the input 'input' float32 [N, 1, 28, 28] and 'free' no tensor [?]" + WantsInput),
        new("input that is a weight", () => new TinyModel { Tensors = [Floats("input", [1], 1)] }.Encode(),
            "has the input none" + WantsInput),
        new("two outputs", () => new TinyModel { GraphFields = Bytes(12, Value("flat", 1, [-1, 784])) }.Encode(),
            "has the output 'probabilities' float32 [N, 10] and 'flat' float32 [N, 784]" + WantsOutput),
    ];

    private static IEnumerable<BadModel> Operators =>
    [
        new("unknown operator", () => With(Node("Softwax", ["flat"], ["odd"])), "has the operator 'Softwax'" + NoNeed),
        new("ConstantOfShape bomb", () => new TinyModel
        {
            Nodes = [Node("ConstantOfShape", ["sizes"], ["bomb"], Text(3, "fill"))],
            Tensors = [Sizes("sizes", 1L << 32, 1L << 32)],
        }.Encode(), "has the operator 'fill' ('ConstantOfShape')" + NoNeed),
        new("endless loop",
            () => With(Node("Loop", ["", ""], ["odd"], Bytes(5, Message(Text(1, "body"), Bytes(6, []))))),
            "has the operator 'Loop'" + NoNeed),
        new("choice", () => With(Node("If", ["flat"], ["odd"])), "has the operator 'If'" + NoNeed),
        new("scan", () => With(Node("Scan", ["flat"], ["odd"])), "has the operator 'Scan'" + NoNeed),
        new("random values", () => With(Node("RandomNormalLike", ["flat"], ["odd"])),
            "has the operator 'RandomNormalLike'" + NoNeed),
        new("operator of another domain", () => With(Node("Conv", ["flat"], ["odd"], Text(7, "com.microsoft"))),
            "has the operator 'Conv' of the domain 'com.microsoft', but OnnxDigits uses only ONNX's default set"
            + ExportOrAllow),
        new("operator with line breaks", () => With(Node("a\nb", ["flat"], ["odd"])),
            "has the operator 'a\uFFFDb'" + NoNeed),
        new("operator with an endless name", () => With(Node(new string('x', 1000), ["flat"], ["odd"])),
            $"has the operator '{new string('x', 120)}…'" + NoNeed),
    ];

    private static IEnumerable<BadModel> Parts =>
    [
        new("graph within a node",
            () => With(Node("Relu", ["flat"], ["odd"], Bytes(5, Message(Text(1, "body"), Bytes(6, []))))),
            Has("a graph within a node")),
        new("graphs within a node", () => With(Node("Relu", ["flat"], ["odd"], Bytes(5, Bytes(11, [])))),
            Has("a graph within a node")),
        new("reference to a function", () => With(Node("Relu", ["flat"], ["odd"], Bytes(5, Text(21, "a")))),
            Has("an attribute that refers to a function's")),
        new("function", () => new TinyModel { ModelFields = Bytes(25, Text(1, "Relu")) }.Encode(), Has("functions")),
        new("training information", () => new TinyModel { ModelFields = Bytes(20, []) }.Encode(),
            Has("training information")),
        new("sparse weights", () => new TinyModel { GraphFields = Bytes(15, []) }.Encode(), Has("sparse weights")),
        new("two attributes of one name",
            () => With(Node("Flatten", ["flat"], ["odd"], Integer("axis", 1), Integer("axis", 0))),
            Has("two attributes of one name on a node")),
        new("sparse attribute", () => With(Node("Relu", ["flat"], ["odd"], Bytes(5, Bytes(22, [])))),
            Has("sparse weights")),
    ];

    private static IEnumerable<BadModel> Order =>
    [
        new("cycle", () => With(Node("Add", ["flat", "b"], ["a"]), Node("Relu", ["a"], ["b"])),
            "has a cycle or nodes out of order: the node 'Add' reads 'b' before it is written" + ExportAgain),
        new("node that feeds itself", () => With(Node("Relu", ["a"], ["a"], Text(3, "self"))),
            "has a cycle or nodes out of order: the node 'self' ('Relu') reads 'a' before it is written" + ExportAgain),
        new("wrong order", () => With(Node("Relu", ["logits"], ["late"])),
            "has a cycle or nodes out of order: the node 'Relu' reads 'logits' before it is written" + ExportAgain),
        new("value from nowhere", () => With(Node("Relu", ["nothing"], ["odd"])),
            "has a node 'Relu' that reads 'nothing', which no node writes" + ExportAgain),
        new("output from nowhere", () => new TinyModel { Result = "other" }.Encode(),
            "has the output 'probabilities' float32 [N, 10], which no node writes" + ExportAgain),
        new("two values of one name", () => With(Node("Relu", ["flat"], ["flat"])),
            "has two values named 'flat'" + ExportAgain),
        new("value named like a weight", () => With(Node("Relu", ["flat"], ["W"])),
            "has two values named 'W'" + ExportAgain),
        new("two weights of one name",
            () => new TinyModel { Tensors = [Floats("V", [1], 1), Floats("V", [1], 2)] }.Encode(),
            "has two values named 'V'" + ExportAgain),
        new("two nodes of one name",
            () => With(Node("Relu", ["flat"], ["a"], Text(3, "n")), Node("Relu", ["flat"], ["b"], Text(3, "n"))),
            "has two nodes named 'n'" + ExportAgain),
        new("thousand nodes too many",
            () => With([.. Enumerable.Range(0, 2000).Select(n => Node("Relu", ["flat"], ["r" + n]))]),
            "has 2,003 nodes, but a digit model has at most 1,000" + UseOurs),
    ];

    private static byte[] With(params byte[][] nodes) => new TinyModel { Nodes = nodes }.Encode();

    private static string Has(string part) => $"has {part}, which digit models do not use" + UseOurs;
}
