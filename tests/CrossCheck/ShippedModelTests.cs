using OnnxDigits.Inference;
using OnnxDigits.Training.Networks;
using TorchOnnx;
using static TorchSharp.torch;

namespace CrossCheck;

/// <summary>Checks that the shipped model files belong to the networks in the source and to their metadata.</summary>
public class ShippedModelTests
{
    public static TheoryData<string> Networks => ShippedModel.Networks;

    [Theory]
    [MemberData(nameof(Networks))]
    public void File_Weights_AreThoseOfTheNetwork(string network)
    {
        using var built = DigitNetworks.Create(network, seed: 0);
        var trained = ShippedModel.Open(network).Weights.Where(weight => !weight.Key.Contains("running"));
        Assert.Equal(built.ParameterCount, trained.Sum(weight => (long)weight.Value.Values.Length));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void File_Metadata_NamesTheNetworkAndMnist(string network)
    {
        using var classifier = DigitClassifier.Load(ShippedModel.Open(network).Path);
        Assert.Equal((network, "mnist"), (classifier.Info.Network, classifier.Info.DataSet));
        Assert.Equal((8, 17), (classifier.Info.IrVersion, classifier.Info.OpsetVersion));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void File_AccuracyInItsMetadata_IsTheMeasuredOne(string network)
    {
        using var classifier = DigitClassifier.Load(ShippedModel.Open(network).Path);
        var predictions = new DigitPrediction[TestImages.All.Count];
        classifier.ClassifyPrepared(TestImages.All.Pixels.Span, predictions);
        int right = predictions.Where((prediction, i) => prediction.Digit == TestImages.All.Label(i)).Count();
        double accuracy = (double)right / predictions.Length;
        if (TestImages.AreMnist)
        {
            Assert.Equal(classifier.Info.TestAccuracy!.Value, accuracy, 1e-9);
        }
        else
        {
            Assert.InRange(accuracy, 0.6, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void File_ExportedAgainFromItsWeights_HasTheSameBytes(string network)
    {
        var model = ShippedModel.Open(network);
        using var restored = Backends.Restore(model);
        using var example = zeros(1, 1, 28, 28);
        byte[] again = OnnxExporter.Export(restored.Classifier, example, new OnnxExportOptions
        {
            InputNames = ["input"],
            OutputNames = ["probabilities"],
            ModelName = network,
            ProducerName = "OnnxDigits",
            ProducerVersion = model.ProducerVersion,
            Metadata = model.Metadata,
        }).ToBytes();
        Assert.True(model.File.AsSpan().SequenceEqual(again), "The exporter writes other bytes for the same weights.");
    }
}
