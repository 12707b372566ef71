using OnnxDigits.Tools.Reading;

namespace Docs;

/// <summary>The search for the preprocessing's constants finds the middle of what is equally good, from wherever it starts.</summary>
public sealed class PlainSearchTests
{
    private const int Pictures = 100;

    // By hand: one lost is within the square root of one, two are not within that of two, three of five (4 lost, 1 gained) are not
    // within that of five, and two of four (3 lost, 1 gained) are just within that of four.
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(3, 1, true)]
    [InlineData(4, 1, false)]
    [InlineData(9, 6, true)]
    public void Plain_ValueThatLosesAndGains_IsOfItWithinOneStandardError(int lost, int gained, bool expected)
    {
        bool[] best = [.. Enumerable.Range(0, Pictures).Select(i => i >= 10)];
        bool[] other = [.. Enumerable.Range(0, Pictures).Select(i => i < gained || i >= 10 + lost)];
        Assert.Equal(expected ? (0, 1) : (0, 0), PlainSearch.Plain([best, other]));
    }

    [Fact]
    public void Plain_OfTwoRuns_IsTheLonger() =>
        Assert.Equal((3, 5), PlainSearch.Plain([.. ((int[])[90, 90, 50, 90, 90, 90, 40]).Select(Right)]));

    [Theory]
    [InlineData(1, 90, 90, 90)]
    [InlineData(1, 90, 89, 90, 40)]
    [InlineData(0, 90, 90, 40)]
    [InlineData(1, 89, 90, 40)]
    [InlineData(2, 40, 89, 90, 89, 89)]
    public void Middle_OfAPlain_IsOfTwoTheOneThatReadsMore(int expected, params int[] right) =>
        Assert.Equal(expected, PlainSearch.Middle([.. right.Select(Right)]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(8, 6)]
    [InlineData(3, 6)]
    [InlineData(8, 0)]
    public void Run_FromAnyStart_EndsInTheMiddleOfThePlain(int first, int second)
    {
        // The first number is as good from 2 to 6, the second from 3 to 5, whatever the other is.
        var outcome = PlainSearch.Run([9, 7], [first, second], places =>
            Right(90 - 10 * Outside(places[0], 2, 6) - 7 * Outside(places[1], 3, 5)));
        Assert.Equal([4, 4], outcome.Places);
        Assert.True(outcome.IsSettled);
        Assert.InRange(outcome.Sweeps, 2, 3);
    }

    [Fact]
    public void Run_PicturesThatNeverAgree_SaysThatItIsNotSettled()
    {
        // Each time around, the other value is the better one.
        int asked = 0;
        var outcome = PlainSearch.Run([2, 2], [1, 1], _ => Right((asked / 4 + asked++) % 2 == 0 ? 90 : 50));
        Assert.False(outcome.IsSettled);
    }

    private static int Outside(int place, int first, int last) => Math.Max(0, Math.Max(first - place, place - last));

    private static bool[] Right(int count) => [.. Enumerable.Range(0, Pictures).Select(i => i < count)];
}
