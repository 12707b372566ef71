using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Draws pictures on both sides of the limits that decide what their ink is.</summary>
public sealed class ExtractionRuleTests
{
    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void Extract_FaintDrawing_IsBlankBelowAContrastOf8(byte contrast, bool isBlank)
    {
        foreach (int sign in (int[])[-1, 1])
        {
            GrayImage gray = Draw(60, 50, (x, y) => 120 + (IsDigit(x, y) ? sign * contrast : 0));
            GrayImage? ink = InkExtraction.Extract(gray, out bool inverted, out _);
            Assert.Equal(isBlank, ink is null);
            Assert.Equal(!isBlank && sign < 0, inverted);
            if (!isBlank) Assert.Equal(gray.Values.Select(value => Math.Abs(value - 120)), ink!.Values);
        }
    }

    [Theory]
    [InlineData(0.40, 0, true)]
    [InlineData(0.39, 0, false)]
    [InlineData(0.21, 0.19, true)]
    [InlineData(0.21, 0.18, false)]
    public void Extract_ToneOf40PercentOfThePicture_IsADrawing(double paper, double nearPaper, bool isDrawing)
    {
        // Within the frame of paper, tones from 100 to 199 fill the rest.
        const int Side = 100;
        var gray = new GrayImage(Side, Side);
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, Side * Side)
            .OrderBy(i => Math.Min(Math.Min(i % Side, i / Side), Side - 1 - Math.Max(i % Side, i / Side)))];
        for (int i = 0; i < order.Length; i++)
        {
            double place = i / (double)order.Length;
            gray.Values[order[i]] = place < paper ? 230 : place < paper + nearPaper ? 229 : random.Next(100, 200);
        }
        GrayImage? ink = InkExtraction.Extract(gray, out _, out _);
        Assert.Equal(isDrawing, ink is not null && ink.Values.SequenceEqual(gray.Values.Select(value => 230 - value)));
    }

    [Theory]
    // More than 70 % of the border decides.
    [InlineData(0.72, 0.1, true)]
    [InlineData(0.28, 0.9, false)]
    // Otherwise, the majority of all pixels does.
    [InlineData(0.68, 0.4, false)]
    [InlineData(0.68, 0.6, true)]
    [InlineData(0.32, 0.4, false)]
    [InlineData(0.32, 0.6, true)]
    public void Extract_MixedBorder_TakesTheMajorityAsBackground(double brightBorder, double bright, bool isBright)
    {
        const int Side = 30;
        (int X, int Y)[] pixels = [.. Enumerable.Range(0, Side * Side).Select(i => (i % Side, i / Side))];
        var gray = new GrayImage(Side, Side);
        foreach (bool isBorder in (bool[])[true, false])
        {
            (int X, int Y)[] part = [.. pixels
                .Where(at => (at.X == 0 || at.Y == 0 || at.X == Side - 1 || at.Y == Side - 1) == isBorder)];
            double share = isBorder ? brightBorder : bright;
            for (int i = 0; i < part.Length; i++) gray.Row(part[i].Y)[part[i].X] = i < share * part.Length ? 250 : 10;
        }
        InkExtraction.Extract(gray, out bool inverted, out _);
        Assert.Equal(isBright, inverted);
    }

    [Fact]
    public void Extract_BackgroundBetweenTwoGreys_IsZero()
    {
        // 16-bit tones are no whole grey values, and one pixel of another tone rounds to the same one.
        GrayImage gray = Draw(60, 50, (x, y) => IsDigit(x, y) ? 20.25f : (x, y) == (0, 0) ? 253.75f : 254.125f);
        GrayImage ink = InkExtraction.Extract(gray, out _, out _)!;
        Assert.Equal(gray.Values.Select(value => 254.125f - value), ink.Values);
    }

    [Theory]
    [InlineData(22, true)]
    [InlineData(21, false)]
    public void Extract_InkInABox_IsTheDigitIfItHasAFifthOfTheHeight(int height, bool isDigit)
    {
        // The box has 108 × 108 pixels. Smaller ink leaves the box as the digit.
        bool IsInk(int x, int y) => x is >= 90 and < 110 && y >= 90 && y < 90 + height;
        GrayImage gray = Draw(200, 200, (x, y) =>
            Math.Max(Math.Abs(x - 99.5), Math.Abs(y - 99.5)) is > 50 and < 54 || IsInk(x, y) ? 0 : 255);
        GrayImage ink = InkExtraction.Extract(gray, out bool inverted, out _)!;
        Assert.True(inverted);
        GrayImage expected = isDigit
            ? Draw(108, 108, (x, y) => IsInk(x + 46, y + 46) ? 255 : 0)
            : Draw(200, 200, (x, y) => 255 - gray.Row(y)[x]);
        Assert.Equal(expected.Values, ink.Values);
    }

    [Theory]
    [InlineData(128, 12, true)]
    [InlineData(129, 12, false)]
    [InlineData(128, 11.5f, false)]
    [InlineData(128, -12, true)]
    [InlineData(128, -11.5f, false)]
    public void ExtractTightCrop_TwoTones_FindsTheRarerTone(int height, float contrast, bool isFound)
    {
        GrayImage gray = Draw(200, height, (x, y) => 100 + (contrast * Tone(x, y, height)));
        GrayImage? ink = TightCrop.Extract(gray, mustBeClear: true, out bool inverted);
        Assert.Equal(isFound, ink is not null);
        Assert.Equal(isFound && contrast < 0, inverted);
        if (ink is null) return;
        for (int i = 0; i < ink.Values.Length; i++)
        {
            float tone = Tone(i % 200, i / 200, height);
            Assert.Equal(255 * Math.Clamp((tone - 0.3f) / 0.7f, 0, 1), ink.Values[i], 0.1f);
        }

        // Ink from 40 to 60 % of the width, with a soft edge.
        static float Tone(int x, int y, int height) => y < height / 4 || y > height * 3 / 4
            ? 0
            : x switch { < 78 => 0, < 80 => 0.5f, < 120 => 1, _ => 0 };
    }

    [Fact]
    public void HasInk_GrainOrTones_TellsThemApart()
    {
        foreach (double deviation in (double[])[0.5, 2, 4])
        {
            var random = new Random(1);
            Assert.False(TightCrop.HasInk(Page(0)));
            Assert.False(TightCrop.HasInk(Page(3 * deviation)));
            Assert.True(TightCrop.HasInk(Page(12 + (6 * deviation))));
            Assert.True(TightCrop.HasInk(Page(-12 - (6 * deviation))));

            GrayImage Page(double contrast) => Draw(40, 40, (x, y) =>
                (float)(120 + Grain() + (x is > 10 and < 22 && y is > 5 and < 35 ? contrast : 0)));

            double Grain() => deviation * (Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6);
        }
    }

    [Theory]
    [InlineData(31, 60, true)]
    [InlineData(60, 31, true)]
    // A crop of a 1 is narrower than any page.
    [InlineData(29, 60, false)]
    [InlineData(60, 29, false)]
    public void AreOnlyInk_WedgeInACorner_IsAShadowOnAPage(int width, int height, bool isShadow)
    {
        GrayImage ink = Draw(width, height, (x, y) => x * height < y * width / 3 ? 255 : 0);
        Assert.Equal(isShadow, Shadows.AreOnlyInk(ink, new Components(ink, 32)));
        // A stroke has paper on both sides.
        GrayImage stroke = Draw(width, height, (x, y) => Math.Abs(x * height - y * width / 3) < 3 * height ? 255 : 0);
        Assert.False(Shadows.AreOnlyInk(stroke, new Components(stroke, 32)));
    }

    // A 7 with a thin bar, away from the border.
    private static bool IsDigit(int x, int y) =>
        (y is >= 10 and < 14 && x is >= 20 and < 40) || (y is >= 14 and < 40 && x is >= 34 and < 40);

    private static GrayImage Draw(int width, int height, Func<int, int, float> tone)
    {
        var image = new GrayImage(width, height);
        for (int i = 0; i < image.Values.Length; i++) image.Values[i] = tone(i % width, i / width);
        return image;
    }
}
