using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using OnnxDigits.Inference;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using Shared;
using TorchOnnx;
using static TorchSharp.torch;

namespace CrossCheck;

public partial class ShippedModelTests
{
    [Theory]
    [InlineData("dense", 407_050)]
    [InlineData("conv", 93_322)]
    [InlineData("best", 213_908)]
    public void File_Weights_AreAsManyAsTheNetworks(string network, long parameters) =>
        Assert.Equal(parameters, ShippedModel.Open(network).Weights
            .Where(weight => !weight.Name.Contains("running", StringComparison.Ordinal))
            .Sum(weight => weight.Shape.Aggregate(1L, (a, b) => a * b)));

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void File_Header_IsOpset17AndIr8WithNamedDynamicBatch(string network)
    {
        ShippedModel model = ShippedModel.Open(network);
        Assert.Equal(8, model.Proto.IrVersion);
        Assert.Equal(("", 17L), model.Proto.OpsetImport.Select(opset => (opset.Domain, opset.Version)).Single());
        var input = model.Proto.Graph.Input.Single();
        var output = model.Proto.Graph.Output.Single();
        Assert.Equal("input", input.Name);
        Assert.Equal("probabilities", output.Name);
        Assert.Equal(["N", "1", "28", "28"], input.Type.TensorType.Shape.Dim.Select(d => d.DimParam == "" ? $"{d.DimValue}" : d.DimParam));
        Assert.Equal(["N", "10"], output.Type.TensorType.Shape.Dim.Select(d => d.DimParam == "" ? $"{d.DimValue}" : d.DimParam));
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void File_Metadata_NamesMnistAndThePreprocessingOfThisRuntime(string network)
    {
        ShippedModel model = ShippedModel.Open(network);
        Assert.Equal(network, model.Metadata("onnxdigits.network"));
        Assert.Equal("mnist", model.Metadata("onnxdigits.dataset"));
        Assert.Equal(ModelMetadata.Preprocessing, model.Metadata("onnxdigits.preprocessing"));
        using DigitClassifier classifier = DigitClassifier.Load(ShippedModel.PathOf($"{network}.onnx"));
        Assert.Equal(model.Metadata("onnxdigits.dataset_sha256"), classifier.Info.DataSetSha256);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void File_AccuracyOnMnist_IsTheOneInItsMetadata(string network)
    {
        double recorded = double.Parse(ShippedModel.Open(network).Metadata("onnxdigits.test_accuracy"), CultureInfo.InvariantCulture);
        double measured = Accuracy(network);
        if (Reference.IsMnist) Assert.Equal(recorded, measured, 1e-9);
        else Assert.InRange(measured, 0.6, 1); // Generated digits: far from chance is all that can be asked.
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void File_ExportedAgainFromItsOwnWeights_IsTheSameToTheByte(string network)
    {
        ShippedModel model = ShippedModel.Open(network);
        byte[] again = Export(model, model.Metadata());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(model.File)), Convert.ToHexStringLower(SHA256.HashData(again)));
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void File_Digest_IsThatOfTheExportWithoutIt(string network)
    {
        ShippedModel model = ShippedModel.Open(network);
        Dictionary<string, string> metadata = model.Metadata();
        Assert.True(metadata.Remove(ModelKeys.Digest, out string? digest));
        Assert.Equal(digest, ModelMetadata.WithDigest(metadata, Export(model, metadata))[ModelKeys.Digest]);
    }

    [Theory]
    [InlineData("dense", 0.978)]
    [InlineData("conv", 0.989)]
    [InlineData("best", 0.997)]
    public void Card_MeanOfThreeSeeds_ReachesTheGoalAndNamesThisFile(string network, double goal)
    {
        string card = File.ReadAllText(ShippedModel.PathOf($"{network}.md"));
        double[] seeds = [.. SeedRow().Matches(card).Select(row => double.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, seeds.Length);
        Assert.InRange(seeds.Average(), goal, 1);
        Assert.All(seeds, accuracy => Assert.InRange(accuracy, Recipe.AccuracyBar(network), 1));
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(ShippedModel.Open(network).File)), card, StringComparison.Ordinal);
    }

    private static byte[] Export(ShippedModel model, Dictionary<string, string> metadata)
    {
        using var backend = new TorchSharpBackend(model);
        using Tensor example = zeros(1, 1, 28, 28);
        return OnnxExporter.Export(backend.Network.Classifier, example, new OnnxExportOptions
        {
            InputNames = ["input"],
            OutputNames = ["probabilities"],
            ModelName = model.Network,
            ProducerName = "OnnxDigits",
            ProducerVersion = model.Proto.ProducerVersion,
            Metadata = metadata,
        }).ToBytes();
    }

    private static double Accuracy(string network)
    {
        float[] probabilities = Reference.Of(network);
        int right = 0;
        for (int i = 0; i < Reference.Images.Count; i++)
        {
            if (Reference.DigitOf(probabilities.AsSpan(i * 10, 10)) == Reference.Images.Label(i)) right++;
        }

        return (double)right / Reference.Images.Count;
    }

    [GeneratedRegex(@"^\| \d+ \| \d+ \| [\d.–]+ \| [\d.]+ \| ([\d.]+) \|", RegexOptions.Multiline)]
    private static partial Regex SeedRow();
}
