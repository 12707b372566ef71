using System.Globalization;
using System.Reflection;
using OnnxDigits.Data;
using OnnxDigits.Inference.Preprocessing;
using OnnxDigits.Tools.Documentation;
using OnnxDigits.Tools.Reading;

namespace Docs;

/// <summary>The figures of the page on the preprocessing are those of the shipped networks and of this code.</summary>
public sealed class PreprocessingFiguresTests
{
    [Theory]
    [InlineData(PreprocessingTables.Conditions, 10_000)]
    [InlineData(PreprocessingTables.Noise, 10_000)]
    [InlineData(PreprocessingTables.Photographed, 500)]
    public void Figures_OfConditions_AreOfTheShippedNetworks(string name, int images)
    {
        using var networks = new Networks();
        ConditionFigures figures = PreprocessingTables.LoadConditions(Repository.Root, name);
        Assert.Equal(networks.Digests, figures.Networks);
        Assert.Equal(images, figures.Images);
        Assert.Equal(ConditionsOf(name).Select(condition => condition.Name), figures.Conditions.Select(condition => condition.Name));
    }

    [Theory]
    [InlineData(PreprocessingTables.Conditions, "28×28", 0.9)]
    [InlineData(PreprocessingTables.Noise, "white on black, noise of 0.1", 0.5)]
    [InlineData(PreprocessingTables.Photographed, "cut out with a margin", 0.9)]
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
        var conditions = ConditionsOf(name).Where(condition => condition.Name.Contains(part, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(conditions);
        using var networks = new Networks();
        ConditionFigures now = ConditionTest.Run(set, set.IsMnist ? figures.Images : set.Test.Count, conditions, networks);
        foreach (ConditionFigure condition in now.Conditions)
        {
            if (set.IsMnist)
            {
                ConditionFigure recorded = figures.Conditions.Single(other => other.Name == condition.Name);
                Assert.True(
                    recorded.Right.All(right => right.Value == condition.Right[right.Key]) && recorded.Blank == condition.Blank,
                    $"{name}.json is stale. It says:\n{recorded.Name}: {recorded.ToText()}\nand now it is:\n{condition.Name}: {condition.ToText()}\nRun tools/Reading with --record, then dotnet cake --target=Documentation.");
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
            $"photographs.json is stale. It says:\n{figures.ToMarkdown()}\nand now it is:\n{now.ToMarkdown()}\nRun tools/Reading -- photos with --record, then dotnet cake --target=Documentation.");
    }

    [Fact]
    public void Figures_OfConstants_AreOfThisCodeAndOfTheNetworksAndPhotographsOfNow()
    {
        ConstantFigures figures = PreprocessingTables.LoadConstants(Repository.Root);
        Assert.Equal(ConstantRange.All.Select(range => range.Name), figures.Constants.Keys);
        Assert.All(ConstantRange.All, range => Assert.Equal(range.Values, figures.Constants[range.Name].Select(reading => reading.Value)));
        using var networks = new Networks();
        Assert.Equal(ConstantReader.Readers.Select(Networks.NameOf), figures.Networks.Keys);
        Assert.All(figures.Networks, network => Assert.Equal(networks.Digests[network.Key], network.Value));
        PhotoFigures photographs = PreprocessingTables.LoadPhotographs(Repository.Root);
        Assert.Equal([photographs.Halves], [[figures.First, figures.Second]]);
        Assert.All(figures.Photographs, network => Assert.Equal(photographs.Right[network.Key].Sum(), network.Value));
    }

    [Fact]
    public void Constants_ThatAreShipped_AreThoseThatTheFirstHalfChooses()
    {
        ConstantFigures figures = PreprocessingTables.LoadConstants(Repository.Root);
        Dictionary<string, double> shipped = typeof(JudgedConstants).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .ToDictionary(property => property.Name, property => Convert.ToDouble(property.GetValue(JudgedConstants.Default), CultureInfo.InvariantCulture));
        Assert.Equal(figures.Chosen.OrderBy(value => value.Key, StringComparer.Ordinal), shipped.OrderBy(value => value.Key, StringComparer.Ordinal));
        Assert.True(figures.IsSettled);
    }

    private static IReadOnlyList<Condition> ConditionsOf(string name) => name switch
    {
        PreprocessingTables.Noise => Condition.Noisy,
        PreprocessingTables.Photographed => Condition.Photographed,
        _ => Condition.All,
    };
}
