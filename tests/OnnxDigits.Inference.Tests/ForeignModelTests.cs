using OnnxDigits.Inference.Tests.BadModels;
using static OnnxDigits.Inference.Tests.OnnxParts;
using static OnnxDigits.Inference.Tests.Proto;

namespace OnnxDigits.Inference.Tests;

public class ForeignModelTests
{
    private static readonly DigitClassifierOptions Allowed = new() { Device = "cpu", AllowForeignModel = true };

    private static readonly TinyModel Foreign = new()
    {
        Metadata = new Dictionary<string, string>(),
        HasDigest = false,
    };

    [Fact]
    public void Load_ForeignModelAllowed_RunsWithANotice()
    {
        using var classifier = DigitClassifier.Load(Foreign.Encode(), Allowed);
        using var own = DigitClassifier.Load(new TinyModel().Encode(), Allowed);

        Assert.Equal(
            "foreign: it has no metadata 'onnxdigits.digest', so OnnxDigits did not export it",
            classifier.Info.ForeignNotice);
        Assert.Equal(("unknown", "unknown"), (classifier.Info.Network, classifier.Info.Preprocessing));
        Assert.Null(classifier.Info.TestAccuracy);
        Assert.Equal(Predict(own), Predict(classifier));
    }

    [Fact]
    public void Load_OwnModelAllowed_IsNotForeign()
    {
        using var classifier = DigitClassifier.Load(BadModel.Conv(), Allowed);
        Assert.Null(classifier.Info.ForeignNotice);
    }

    [Fact]
    public void Load_DamagedOwnModelAllowed_SaysThatItIsDamaged()
    {
        using var classifier = DigitClassifier.Load(
            BadModel.Conv("network\u0012\u0004conv", "network\u0012\u0004cone"), Allowed);
        Assert.StartsWith("foreign: it is damaged or was changed", classifier.Info.ForeignNotice);
        Assert.Equal("cone", classifier.Info.Network);
    }

    [Fact]
    public void Load_OtherOperatorsAndVersionsAllowed_Run()
    {
        // A constant node, operators that are not on the list, an older opset and a weight in half precision.
        byte[] zero = Tensor("", 1, [1], Bytes(4, new byte[4]));
        var model = Foreign with
        {
            Opsets = [Opset("", 12), Opset("ai.onnx.ml", 2)],
            Nodes =
            [
                Node("Constant", [], ["zero"],
                    Bytes(5, Message(Text(1, "value"), Number(20, 4), Bytes(5, zero)))),
                Node("Cast", ["half"], ["whole"], Bytes(5, Message(Text(1, "to"), Number(3, 1), Number(20, 2)))),
                Node("Sum", ["flat", "zero", "whole"], ["sum"]),
            ],
            Tensors = [Tensor("half", 10, [1], Bytes(9, new byte[2]))],
            Factor = "sum",
        };
        using var classifier = DigitClassifier.Load(model.Encode(), Allowed);
        using var own = DigitClassifier.Load(new TinyModel().Encode(), Allowed);
        Assert.Equal(Predict(own), Predict(classifier));
    }

    [Theory]
    [InlineData("Identity")]
    [InlineData("Sigmoid")]
    [InlineData("LogSoftmax")]
    public void Classify_OutputsThatAreNotProbabilities_AreRefused(string lastOperator)
    {
        using var classifier = DigitClassifier.Load((Foreign with { LastOperator = lastOperator }).Encode(), Allowed);
        Assert.Contains("Add a softmax", Assert.Throws<DigitModelException>(() => Predict(classifier)).Message);
        Assert.Throws<DigitModelException>(() => Predict(classifier));
    }

    [Theory]
    [InlineData("external data by absolute path")]
    [InlineData("external data in an attribute")]
    [InlineData("huge tensor")]
    [InlineData("too few bytes")]
    [InlineData("NaN")]
    [InlineData("strings")]
    [InlineData("cycle")]
    [InlineData("two values of one name")]
    [InlineData("graph within a node")]
    [InlineData("function")]
    [InlineData("larger images")]
    [InlineData("doubles")]
    [InlineData("two models in one file")]
    public void Load_UnsafeModelAllowed_IsStillRefused(string name)
    {
        byte[] bytes = BadModelTests.Named(name).Make();
        Assert.Throws<DigitModelException>(() => DigitClassifier.Load(bytes, Allowed));
    }

    private static float[] Predict(DigitClassifier classifier)
    {
        byte[] image = [.. Enumerable.Range(0, DigitClassifier.ImageLength).Select(n => (byte)(n * 37))];
        return classifier.Scores(image);
    }
}
