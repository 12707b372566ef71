using OnnxDigits.Tools.Figures;

namespace Docs;

/// <summary>What rounds of a measurement come to.</summary>
public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0, 3.0, 3.0)]
    [InlineData(new[] { 0.914, 0.876, 0.888 }, 0.88, 0.89, 0.91)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 1.0, 3.0, 4.0)]
    public void Of_Rounds_GivesLeastMedianAndMost(double[] rounds, double least, double median, double most) =>
        Assert.Equal(new Spread(least, median, most), Spread.Of(rounds, 2));
}
