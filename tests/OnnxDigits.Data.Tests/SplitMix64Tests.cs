using OnnxDigits.Data.Drawing;

namespace OnnxDigits.Data.Tests;

public sealed class SplitMix64Tests
{
    [Fact]
    public void Unit_ManyDraws_AreUniform()
    {
        var random = new SplitMix64(1, 2);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++) counts[(int)(random.Unit() * 10)]++;

        // The expected count is 10,000 with a standard deviation of 95.
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Normal_ManyDraws_HaveTheDeviation()
    {
        var random = new SplitMix64(1, 2);
        double sum = 0, squares = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var draw = random.Normal(3);
            sum += draw;
            squares += draw * draw;
        }

        Assert.InRange(sum / 100_000, -0.05, 0.05);
        Assert.InRange(Math.Sqrt(squares / 100_000), 2.95, 3.05);
    }

    [Fact]
    public void Next_AdjacentStreams_Differ()
    {
        var firsts = Enumerable.Range(0, 10_000).Select(stream => new SplitMix64(1, stream).Next()).Distinct().Count();

        Assert.Equal(10_000, firsts);
    }
}
