using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests;

public class AllowedOperatorTests
{
    [Fact]
    public void Load_EveryAllowedOperator_Runs()
    {
        // The last product needs exactly 728 values per image, so a wrong size anywhere would refuse the model.
        var model = new TinyModel
        {
            Nodes =
            [
                Node("Pad", ["input", "border"], ["padded"]),
                Node("Conv", ["padded", "kernel", "four"], ["conv"], Integers("strides", 2, 1),
                    Integers("pads", 1, 1, 1, 1), Integers("dilations", 1, 2)),
                Node("BatchNormalization", ["conv", "four", "four", "four", "four"], ["normal"]),
                Node("Relu", ["normal"], ["relu"]),
                Node("MaxPool", ["relu"], ["most"], Integers("kernel_shape", 3, 3), Integers("strides", 2, 2),
                    Integer("ceil_mode", 1)),
                Node("AveragePool", ["most"], ["average"], Integers("kernel_shape", 2, 2)),
                Node("Transpose", ["average"], ["last"], Integers("perm", 0, 2, 3, 1)),
                Node("Transpose", ["last"], ["first"], Integers("perm", 0, 3, 1, 2)),
                Node("GlobalAveragePool", ["first"], ["global"]),
                Node("Mul", ["first", "global"], ["scaled"]),
                Node("Concat", ["scaled", "first"], ["both"], Integer("axis", -3)),
                Node("Reshape", ["both", "rows"], ["row"]),
                Node("Gemm", ["row", "G", "bias"], ["gemm"], Integer("transB", 1)),
                Node("Sub", ["gemm", "bias"], ["sub"]),
                Node("Div", ["sub", "one"], ["div"]),
                .. Chain("div", "LeakyRelu", "Elu", "HardSwish", "HardSigmoid", "Sigmoid", "Tanh", "Clip", "Identity"),
            ],
            Factor = "Identity",
            Tensors =
            [
                Sizes("border", 0, 0, 1, 2, 0, 0, 3, 0), Sizes("rows", 0, -1), Floats("kernel", 4, 1, 3, 3),
                Floats("four", [4]), Floats("G", 16, 728), Floats("bias", [16]), Floats("one", [], 1),
            ],
            Weight = Floats("W", 16, 10),
        };

        AssertRuns(model);
    }

    [Fact]
    public void Load_MaxPoolingPaddedWithInfinity_Runs()
    {
        var model = new TinyModel
        {
            Nodes =
            [
                Node("Pad", ["input", "border", "least"], ["padded"]),
                Node("MaxPool", ["padded"], ["most"], Integers("kernel_shape", 3, 3), Integers("strides", 2, 2)),
                Node("Flatten", ["most"], ["row"]),
            ],
            Factor = "row",
            Tensors = [Sizes("border", 0, 0, 0, 0, 0, 0, 1, 1), Floats("least", [], float.NegativeInfinity)],
            Weight = Floats("W", 14 * 14, 10),
        };

        AssertRuns(model);
    }

    [Fact]
    public void Load_BytesThatLookLikeTheRuntimesOwnFormat_AreReadAsOnnx()
    {
        // ONNX Runtime looks for ORTM at offset 4. Here it is part of a description that precedes the version.
        byte[] description = Text(6, "??ORTM" + new string('x', 40));
        byte[] model = [.. description, .. new TinyModel { HasDigest = false }.Encode()];
        Assert.Equal("ORTM"u8, model.AsSpan(4, 4));

        AssertRuns([.. model, .. TinyModel.DigestOf(model)]);
    }

    private static IEnumerable<byte[]> Chain(string from, params string[] types)
    {
        foreach (string type in types)
        {
            yield return Node(type, [from], [type]);
            from = type;
        }
    }

    private static void AssertRuns(TinyModel model) => AssertRuns(model.Encode());

    private static void AssertRuns(byte[] model)
    {
        using var classifier = DigitClassifier.Load(model, new() { Device = "cpu" });
        byte[] images = new byte[73 * DigitClassifier.ImageLength];
        Array.Fill(images, (byte)1);
        float[] scores = classifier.Scores(images);
        Assert.All(scores.Chunk(10), row => Assert.Equal(1, row.Sum(), 1e-5f));
        Assert.Null(classifier.Info.ForeignNotice);
    }
}
