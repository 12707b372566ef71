using OnnxDigits.Data.Drawing;

namespace OnnxDigits.Data.Tests;

public sealed class GlyphTests
{
    private const int PerStyle = 100;

    public static TheoryData<int> AllDigits => [.. Enumerable.Range(0, DigitImages.Classes)];

    [Theory]
    [MemberData(nameof(AllDigits))]
    public void Paint_EveryStyle_SpansTwentyPixels(int digit)
    {
        foreach (Glyph style in Glyphs.All[digit])
        {
            for (var i = 0; i < PerStyle; i++)
            {
                var random = new SplitMix64(11, i);
                var image = new byte[DigitImages.PixelsPerImage];
                DigitPainter.Paint(digit, style, thickness: 1, ref random, image);

                var measure = InkMeasure.Of(image);
                // A smaller span would mean that centring moved ink out of the image.
                Assert.InRange(measure.LongerSide, 19, 20);
                Assert.InRange(measure.Ink, 0.02, 0.4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllDigits))]
    public void All_EachDigit_HasSeveralStyles(int digit)
    {
        Assert.InRange(Glyphs.All[digit].Length, 3, 10);
        Assert.All(Glyphs.All[digit], style => Assert.True(style.Weight > 0));
    }

    [Fact]
    public void Mix_SeveralSketches_StaysNearThem()
    {
        var style = new Glyph(1, "0,0 100,0! 100,100", "0,100 100,100! 100,100");
        var random = new SplitMix64(1, 1);
        double[] heights = [.. Enumerable.Range(0, 1_000).Select(_ => style.Mix(ref random)[0][0].Y)];

        Assert.InRange(heights.Min(), -0.2, 0.1);
        Assert.InRange(heights.Max(), 0.9, 1.2);
        Assert.InRange(heights.Average(), 0.45, 0.55);
        Assert.True(style.Mix(ref random)[0][1].IsCorner);
    }

    [Fact]
    public void Mix_OneSketch_ReturnsIt()
    {
        var random = new SplitMix64(1, 1);

        Knot[][] strokes = new Glyph(1, "10,20 30,40 | 50,60 70,80!").Mix(ref random);

        Assert.Equal([2, 2], strokes.Select(stroke => stroke.Length));
        Assert.Equal(0.5, strokes[1][0].X, precision: 12);
        Assert.Equal(0.8, strokes[1][1].Y, precision: 12);
    }

    [Fact]
    public void Constructor_SketchesDisagree_Throws() =>
        Assert.Throws<ArgumentException>(() => new Glyph(1, "0,0 100,100", "0,0 50,50 100,100"));
}
