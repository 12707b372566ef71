using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;
using OnnxDigits.Tools.Explain.Ablations;
using OnnxDigits.Tools.Explain.Frameworks;
using OnnxDigits.Tools.Explain.Layers;

namespace CrossCheck;

/// <summary>The page docs/explained.md, regenerated in parts: it is stale when it lacks one of them.</summary>
public sealed class ExplainedPageTests : IDisposable
{
    // As DigitDataSet.Sha256 has it: of the four published digests.
    private const string MnistSha256 = "e9914cff2ade526da2ab1ac60c072f9173cc53e35b9411692de8207cb1b9009d";

    private readonly string _folder = Directory.CreateTempSubdirectory("explained").FullName;
    private readonly IReadOnlyList<ExplainedNetwork> _networks = ExplainedNetwork.OpenAll();

    public void Dispose()
    {
        foreach (ExplainedNetwork network in _networks) network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Shapes_OfAllCombinations_AreThoseOfThePage() => AssertOnThePage(ShapesSection.Write, needsMnist: false);

    [Fact]
    public void Head_OfTheShippedNetworks_IsThatOfThePage() => AssertOnThePage(
        page => HeadSection.Write(page, Reference.Set, Reference.Images.Count, _networks), needsMnist: true);

    [Fact]
    public void Trust_OfTheShippedNetworks_IsThatOfThePage() =>
        AssertOnThePage(page => TrustSection.Write(page, _networks, Reference.Images), needsMnist: true);

    [Fact]
    public void Mistakes_OfTheShippedNetworks_AreThoseOfThePage() =>
        AssertOnThePage(page => MistakesSection.Write(page, _networks, Reference.Images), needsMnist: true);

    [Fact]
    public void Layers_OfTheShippedNetworks_AreThoseOfThePage() =>
        AssertOnThePage(page => LayersSection.Write(page, _networks, Reference.Images), needsMnist: true, ["conv", "best"]);

    // A changed recipe, layer or data set has another digest: what was kept counts no more, and is to be trained anew.
    [Fact]
    public void Ablations_OfTheKeptResults_AreThoseOfThePage()
    {
        var results = new AblationResults(
            Path.Combine(AppContext.BaseDirectory, "docs", "explained", "ablations"), DigitDataSet.Mnist, MnistSha256);
        AssertOnThePage(
            page => AblationSection.Write(page, (ablation, seed) => results.Find(ablation, seed)
                ?? throw new InvalidOperationException($"{ablation.Name} with seed {seed} has no result that fits: run Explain's command ablate.")),
            needsMnist: false);
    }

    // Their figures depend on the processor, so what is tested is that no layer strays.
    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Compare_EachLayerInBothFrameworks_DiffersByRoundingOnly(string network)
    {
        IReadOnlyList<(string Layer, Differences Differences)> layers = BothFrameworks.Compare(network, Reference.Images.Slice(0, 100));
        Assert.All(layers, one => Assert.True(
            one.Differences.Largest <= 1e-5 * Math.Max(1, one.Differences.LargestValue),
            $"{network}, {one.Layer}: {one.Differences.Largest} of {one.Differences.LargestValue}"));
        Assert.Contains(layers, one => one.Differences.Equal < one.Differences.Count);
        Assert.Equal("softmax", layers[^1].Layer);
    }

    [Fact]
    public void Translation_OfFewImages_FallsWithTheDistance()
    {
        DigitImages few = Reference.Images.Slice(0, 200);
        foreach (ExplainedNetwork network in _networks)
        {
            ShiftGrid grid = ShiftGrid.Measure(network, few, farthest: 6);
            Assert.Equal(network.Accuracy(few, (image, _) => image), grid[0, 0]);
            Assert.True(grid.At(6) < grid.At(0), $"{network.Name}: {grid.At(0)} in the middle, {grid.At(6)} six pixels off");
        }
    }

    // The page is about MNIST; on other digits a section is at least made, with figures of all networks or of those named.
    private void AssertOnThePage(Action<Page> write, bool needsMnist, string[]? tables = null)
    {
        var section = new Page(_folder, "explained");
        write(section);
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "explained.md"));
        if (Reference.IsMnist || !needsMnist) Assert.Contains(section.Text, page, StringComparison.Ordinal);
        else Assert.All(tables ?? _networks.Select(network => network.Name), name => Assert.Contains($"| {name} |", section.Text, StringComparison.Ordinal));
        int pictures = section.Text.Split("<picture>").Length - 1;
        Assert.Equal(2 * pictures, Directory.GetFiles(_folder, "*.png", SearchOption.AllDirectories).Length);
    }
}
