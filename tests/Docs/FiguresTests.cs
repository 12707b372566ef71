using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Tools.Fuzz;
using OnnxDigits.Tools.Reading;
using SkiaSharp;

namespace Docs;

/// <summary>What a command writes into the pages is what it would write now.</summary>
public sealed class FiguresTests
{
    private const string Remedy = "Run dotnet cake --target=Documentation.";

    [Fact]
    public void Networks_OfTheReadme_AreThoseOfTheCards() =>
        AssertFresh("README.md", NetworksTable.Name, NetworksTable.Write(Repository.Root));

    [Fact]
    public void Peers_OfTheReadme_AreAsMeasured() => AssertFresh("README.md", PeersTable.Name, PeersTable.Write(Repository.Root));

    [Fact]
    public void Seeds_OfThePageOnBest_AreThoseOfItsCard() =>
        AssertFresh("docs/best.md", SeedsTable.Name, SeedsTable.Write(Repository.Root));

    [Fact]
    public void Search_OfThePageOnBest_IsAsKept() => AssertFresh(CandidateTables.Page, SearchTable.Name, SearchTable.Write(Repository.Root));

    [Fact]
    public void Choice_OfThePageOnBest_IsAsKept() => AssertFresh(CandidateTables.Page, ChoiceTable.Name, ChoiceTable.Write(Repository.Root));

    [Fact]
    public void Choice_ByHeldOutWriters_IsWhatIsShipped()
    {
        IReadOnlyList<ChoiceTable.Choice> choices = ChoiceTable.Choices(Repository.Root);
        Assert.Equal(["best", "deep", "small", "twin"], choices.Select(choice => choice.Network).Order(StringComparer.Ordinal));
        double digit = 1 / 5913.0;
        Assert.Equal("best", choices.Where(choice => choice.Accuracy > choices[0].Accuracy - digit).MinBy(choice => choice.Loss)?.Network);
    }

    [Fact]
    public void Candidates_OfThePageOnBest_AreAsMeasured()
    {
        AssertFresh(CandidateTables.Page, CandidateTables.Accuracy, CandidateTables.WriteAccuracy(Repository.Root));
        AssertFresh(CandidateTables.Page, CandidateTables.Noise, CandidateTables.WriteNoise(Repository.Root));
    }

    [Fact]
    public void Agreement_OfThePageOnDevices_IsAsMeasured() => AssertFresh(DeviceTable.Page, DeviceTable.Name, DeviceTable.Write(Repository.Root));

    [Fact]
    public void Modules_OfThePageOnDevices_AreAsMeasured() => AssertFresh(DeviceTable.Page, ModulesTable.Name, ModulesTable.Write(Repository.Root));

    [Fact]
    public void Speed_OfThePageOnDevices_IsAsMeasured() => AssertFresh(DeviceTable.Page, CommandTables.Device, CommandTables.WriteDevice(Repository.Root));

    [Fact]
    public void Load_OfTheServer_IsAsMeasured() => AssertFresh(CommandTables.Page, CommandTables.Server, CommandTables.WriteServer(Repository.Root));

    [Fact]
    public void Cost_OfTheCommand_IsAsMeasured() => AssertFresh(CommandTables.Page, CommandTables.Cost, CommandTables.WriteCost(Repository.Root));

    [Fact]
    public void Speeds_OfTheCommand_AreOfTheShippedNetworks()
    {
        using var networks = new Networks();
        var throughput = CommandTables.Throughput(Repository.Root);
        var device = CommandTables.OnADevice(Repository.Root);
        Assert.Equal(networks.Digests[throughput.Network], throughput.Sha256);
        Assert.Equal(networks.Digests[device.Network], device.Sha256);
    }

    [Fact]
    public void Training_ItsSpeedTroublesAndDigits_AreAsMeasured()
    {
        AssertFresh(TrainingTables.Page, TrainingTables.Speed, TrainingTables.WriteSpeed(Repository.Root));
        AssertFresh(TrainingTables.Page, TrainingTables.Chaos, TrainingTables.WriteChaos(Repository.Root));
        AssertFresh(TrainingTables.Page, TrainingTables.Generation, TrainingTables.WriteGeneration(Repository.Root));
    }

    [Fact]
    public void Troubles_OfTraining_AllEndedInTheSameModel()
    {
        var troubles = TrainingTables.Troubles(Repository.Root);
        Assert.All(troubles, trouble => Assert.Equal(trouble.Runs, trouble.Same));
        Assert.InRange(troubles.Single(trouble => trouble.Trouble == "kill -9").Runs, 100, int.MaxValue);
        Assert.InRange(troubles.Single(trouble => trouble.Trouble == "full disk").Runs, 20, int.MaxValue);
    }

    [Fact]
    public void Mutations_OfImagesAndModels_AreAsMeasured() => AssertFresh(FuzzTable.Page, FuzzTable.Name, FuzzTable.Write(Repository.Root));

    [Theory]
    [InlineData("images", 1_000_000)]
    [InlineData("models", 100_000)]
    public void Mutations_AllInputs_WereRefusedOrAnsweredAsDocumentedInFlatMemory(string target, long least)
    {
        FuzzFigures figures = FuzzTable.Load(Repository.Root, target);
        Assert.InRange(figures.Inputs, least, long.MaxValue);
        Assert.Equal(0, figures.Faults);
        Assert.Equal(figures.Inputs, figures.Outcomes.Values.Sum());
        Assert.InRange(figures.Memory[^1].MiB, 0, figures.Memory[0].MiB * 1.1);
    }

    [Fact]
    public void Python_BesideTheCommand_IsAsMeasured() => AssertFresh(PythonTable.Page, PythonTable.Name, PythonTable.Write(Repository.Root));

    [Fact]
    public void Python_BesideTheCommand_IsOfTheShippedNetwork()
    {
        using var networks = new Networks();
        Assert.All(PythonTable.Load(Repository.Root), figure => Assert.Equal(networks.Digests["conv"], figure.Sha256));
    }

    [Fact]
    public void DrawnDigits_OfThePageOnTraining_AreAsMeasured()
    {
        AssertFresh(DrawnTables.Page, DrawnTables.Ink, DrawnTables.WriteInk(Repository.Root));
        AssertFresh(DrawnTables.Page, DrawnTables.Across, DrawnTables.WriteAcross(Repository.Root));
    }

    [Fact]
    public void Agreement_OfThePageOnDevices_IsOfTheShippedNetworksAndAllTestImages()
    {
        using var networks = new Networks();
        Assert.Equal(networks.Digests, DeviceTable.Load(Repository.Root).ToDictionary(figure => figure.Network, figure => figure.Sha256));
        Assert.All(DeviceTable.Load(Repository.Root), figure => Assert.Equal(
            (DigitDataSet.Mnist, 10_000, 0, true), (figure.Data, figure.Images, figure.DigitsDiffering, figure.LargestDifference <= 1e-4)));
    }

    [Fact]
    public void Candidates_OfThePageOnBest_AreTheSameFilesInBothTablesAndTheShippedOneAmongThem()
    {
        using var networks = new Networks();
        var images = CandidateTables.Images(Repository.Root);
        var photographs = CandidateTables.Photographs(Repository.Root);
        Assert.Equal(images.Networks, photographs.Networks);
        Assert.Equal(10_000, images.Images);
        Assert.All(networks.Digests, shipped => Assert.Equal(shipped.Value, images.Networks[shipped.Key]));
        Assert.Equal(2, images.Networks.Values.Count(digest => digest == networks.Digests["best"]));
    }

    [Theory]
    [InlineData(PreprocessingTables.Conditions)]
    [InlineData(PreprocessingTables.Noise)]
    [InlineData(PreprocessingTables.Photographed)]
    [InlineData(PreprocessingTables.Photographs)]
    [InlineData(PreprocessingTables.Constants)]
    public void Tables_OfThePageOnPreprocessing_AreAsMeasured(string name) =>
        AssertFresh(PreprocessingTables.Page, name, PreprocessingTables.Write(Repository.Root, name));

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Card_OfANetwork_AgreesWithItsFile(string network)
    {
        using var classifier = DigitClassifier.Load(Repository.PathOf($"artifacts/models/{network}.onnx"), new() { Device = "cpu" });
        string card = Repository.Read($"artifacts/models/{network}.md");
        Assert.Equal(classifier.Info.TestAccuracy, ModelCard.Parse(card).Shipped.Value);
        Assert.Contains(classifier.Info.Sha256, card, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_OfTheReadme_IsOfTheShippedNetwork() => AssertSame("read", ReadmePicture.Draw);

    [Fact]
    public void Picture_OfTheSteps_IsOfThisPreprocessing() => AssertSame("steps", StepsPicture.Draw);

    private static void AssertFresh(string page, string name, string table) =>
        Assert.True(MarkedTable.Read(Repository.Read(page), name) == table, $"{page} is stale. {Remedy} It should say:\n{table}");

    // Pixel by pixel, as another processor may round a grey otherwise.
    private static void AssertSame(string name, Func<OnnxDigits.Training.Reports.Pictures.Palette, byte[]> draw)
    {
        foreach (var palette in OnnxDigits.Training.Reports.Pictures.Palette.All)
        {
            using SKBitmap committed = SKBitmap.Decode(Repository.PathOf($"docs/pictures/{name}{palette.Suffix}.png"));
            using SKBitmap drawn = SKBitmap.Decode(draw(palette));
            Assert.Equal((drawn.Width, drawn.Height), (committed.Width, committed.Height));
            byte[] expected = drawn.Bytes, actual = committed.Bytes;
            int different = expected.Where((value, i) => Math.Abs(value - actual[i]) > 8).Count();
            Assert.True(different < expected.Length / 1000, $"{name}{palette.Suffix}.png: {different} of {expected.Length} values differ. {Remedy}");
        }
    }
}
