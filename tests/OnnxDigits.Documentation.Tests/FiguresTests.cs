using OnnxDigits.Inference;
using OnnxDigits.Tools.Documentation;
using SkiaSharp;

namespace OnnxDigits.Documentation.Tests;

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

    [Theory]
    [InlineData(PreprocessingTables.Conditions)]
    [InlineData(PreprocessingTables.Noise)]
    [InlineData(PreprocessingTables.Photographs)]
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
    private static void AssertSame(string name, Func<Training.Internals.Pictures.Palette, byte[]> draw)
    {
        foreach (var palette in Training.Internals.Pictures.Palette.All)
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
