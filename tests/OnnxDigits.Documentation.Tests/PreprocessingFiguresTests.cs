using System.Reflection;
using OnnxDigits.Data;
using OnnxDigits.Inference;
using OnnxDigits.Inference.Internals.Preprocessing;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Tools.PreprocessingTable;

namespace OnnxDigits.Documentation.Tests;

/// <summary>The figures of the page on the preprocessing are those of the shipped networks and of this code.</summary>
public sealed class PreprocessingFiguresTests
{
    [Theory]
    [InlineData(PreprocessingTables.Conditions)]
    [InlineData(PreprocessingTables.Noise)]
    public void Figures_OfConditions_AreOfTheShippedNetworks(string name)
    {
        using var networks = new Networks();
        ConditionFigures figures = PreprocessingTables.LoadConditions(Repository.Root, name);
        Assert.Equal(networks.Digests, figures.Networks);
        Assert.Equal(10_000, figures.Images);
        var conditions = name == PreprocessingTables.Noise ? Condition.Noisy : Condition.All;
        Assert.Equal(conditions.Select(condition => condition.Name), figures.Conditions.Select(condition => condition.Name));
    }

    [Theory]
    [InlineData(PreprocessingTables.Conditions, "28×28", 0.9)]
    [InlineData(PreprocessingTables.Noise, "white on black, noise of 0.1", 0.5)]
    public void Figures_OfConditions_AreWhatTheNetworksReadNow(string name, string part, double leastOnDrawnDigits)
    {
        ConditionFigures figures = PreprocessingTables.LoadConditions(Repository.Root, name);
        DigitDataSet set = DigitDataSource.Open(new DigitDataOptions
        {
            Data = Environment.GetEnvironmentVariable(DigitDataSource.EnvironmentVariable) ?? DigitDataSet.Generated,
            AllowDownload = false,
            GeneratedTrainCount = 10,
            GeneratedTestCount = 500,
        });
        var conditions = (name == PreprocessingTables.Noise ? Condition.Noisy : Condition.All)
            .Where(condition => condition.Name.Contains(part, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(conditions);
        using var networks = new Networks();
        ConditionFigures now = ConditionTest.Run(set, set.Test.Count, conditions, networks);
        foreach (ConditionFigure condition in now.Conditions)
        {
            if (set.IsMnist)
            {
                ConditionFigure recorded = figures.Conditions.Single(other => other.Name == condition.Name);
                Assert.True(
                    recorded.Right.All(right => right.Value == condition.Right[right.Key]) && recorded.Blank == condition.Blank,
                    $"{name}.json is stale. It says:\n{recorded.Name}: {recorded.ToText()}\nand now it is:\n{condition.Name}: {condition.ToText()}\nRun tools/PreprocessingTable with --record, then dotnet cake --target=Documentation.");
            }
            else
            {
                // Drawn digits have no figures on the page; the weakest network reads at least so many of them.
                Assert.All(condition.Right.Values, right => Assert.InRange((double)right / now.Images, leastOnDrawnDigits, 1));
            }
        }
    }

    [Fact]
    public void Figures_OfPhotographs_AreWhatTheNetworksReadNow()
    {
        PhotoFigures figures = PreprocessingTables.LoadPhotographs(Repository.Root);
        using var networks = new Networks();
        Assert.Equal(networks.Digests, figures.Networks);
        if (Environment.GetEnvironmentVariable("ONNXDIGITS_PHOTOS") is not { Length: > 0 } folder) return;

        PhotoFigures now = PhotoTest.Run(folder, networks);
        Assert.True(
            now.ToMarkdown() == figures.ToMarkdown(),
            $"photographs.json is stale. It says:\n{figures.ToMarkdown()}\nand now it is:\n{now.ToMarkdown()}\nRun tools/PreprocessingTable -- photos with --record, then dotnet cake --target=Documentation.");
    }

    [Fact]
    public void Figures_OfConstants_AreOfThisCodeAndOfTheNetworksAndPhotographsOfNow()
    {
        ConstantFigures figures = PreprocessingTables.LoadConstants(Repository.Root);
        var constants = typeof(JudgedConstants).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);
        Assert.Equal(constants.Order(StringComparer.Ordinal), figures.Constants.Keys.Order(StringComparer.Ordinal));
        using var networks = new Networks();
        Assert.Equal(["conv", Networks.NameOf(new DigitClassifierOptions().Model)], figures.Networks.Keys);
        Assert.All(figures.Networks, network => Assert.Equal(networks.Digests[network.Key], network.Value));
        Assert.Equal(2000, figures.Pages);
        int asItIs = Array.IndexOf(figures.Factors, 1);
        PhotoFigures photographs = PreprocessingTables.LoadPhotographs(Repository.Root);
        Assert.Equal(photographs.Count, figures.First + figures.Second);
        Assert.All(figures.Networks.Keys, network =>
        {
            // What nothing was changed for is one reading, and that of the page's other table.
            Reading reading = Assert.Single(figures.Constants.Values.Select(readings => readings[asItIs][network]).Distinct());
            Assert.Equal(photographs.Right[network].Sum(), reading.First + reading.Second);
        });
    }

    [Fact]
    public void Constants_ThatAreShipped_AreThoseThatTheFirstHalfLeavesAsTheyAre()
    {
        ConstantFigures figures = PreprocessingTables.LoadConstants(Repository.Root);
        Assert.Equal([PreprocessingTables.LoadPhotographs(Repository.Root).Halves], [[figures.First, figures.Second]]);
        Assert.All(figures.Networks.Keys, network => Assert.Empty(figures.Moves(network)));
    }

    // By hand from Pascal's triangle: (10 + 5 + 1) / 2^5, 1 / 2^5, (5 + 1) / 2^5; the thousand from whole numbers of 1000 bits.
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 0.5)]
    [InlineData(3, 2, 16 / 32.0)]
    [InlineData(5, 0, 1 / 32.0)]
    [InlineData(4, 1, 6 / 32.0)]
    [InlineData(0, 5, 1)]
    [InlineData(600, 400, 1.364e-10)]
    [InlineData(0, 3000, 1)]
    public void Chance_OfAGain_IsThatOfFairCoins(int gained, int lost, double expected) =>
        Assert.Equal(expected, SignTest.Chance(gained, lost), expected * 1e-2);

    [Theory]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 2)]
    [InlineData(6, 1, 1)]
    [InlineData(7, 1, 2)]
    public void Moves_AConstantThatGains_OnlyBeyondChance(int gained, int lost, double expected)
    {
        Reading before = new(10, 10, 100, 0, 0), after = new(10, 10, 100 + gained - lost, gained, lost);
        var figures = new ConstantFigures(
            new() { ["conv"] = "" }, 10, 10, 200, [0.5, 1, 2],
            new() { ["Share"] = [.. new[] { before, before, after }.Select(reading => new Dictionary<string, Reading> { ["conv"] = reading })] });
        Assert.Equal(expected, figures.Moves("conv").GetValueOrDefault("Share", 1));
    }
}
