using OnnxDigits.Data;
using OnnxDigits.Tools.Explain;

namespace OnnxDigits.CrossCheck;

/// <summary>The page docs/explained.md, regenerated in parts: it is stale when it lacks one of them.</summary>
public sealed class ExplainedPageTests : IDisposable
{
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
    public void Trust_OfTheShippedNetworks_IsThatOfThePage() =>
        AssertOnThePage(page => TrustSection.Write(page, _networks, Reference.Images), needsMnist: true);

    [Fact]
    public void Mistakes_OfTheShippedNetworks_AreThoseOfThePage() =>
        AssertOnThePage(page => MistakesSection.Write(page, _networks, Reference.Images), needsMnist: true);

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

    // The page is about MNIST; on other digits a section is at least made, with a figure for each network.
    private void AssertOnThePage(Action<Page> write, bool needsMnist)
    {
        var section = new Page(_folder, "explained");
        write(section);
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "explained.md"));
        if (Reference.IsMnist || !needsMnist) Assert.Contains(section.Text, page, StringComparison.Ordinal);
        else Assert.All(_networks, network => Assert.Contains($"| {network.Name} |", section.Text, StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(_folder, "*.png", SearchOption.AllDirectories));
    }
}
