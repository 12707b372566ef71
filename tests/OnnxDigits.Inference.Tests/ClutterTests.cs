using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

/// <summary>
/// Draws a digit on a page with frames, lines, bars and specks, and compares the result with that of the page alone.
/// </summary>
public sealed class ClutterTests
{
    private const int Side = 200;
    private const int Margin = 44;
    private const int Scale = 4;

    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 3, count: 40);

    // Draws the clutter: the ink, 0 to 1, of a pixel, or NaN for that of the digit.
    private static readonly Dictionary<string, Func<int, int, double>> Kinds = new()
    {
        ["row at the bottom"] = (_, y) => y >= Side - 1 ? 1 : double.NaN,
        ["grey rows at the top"] = (_, y) => y < 2 ? 0.3 : double.NaN,
        ["column at the right"] = (x, _) => x >= Side - 3 ? 1 : double.NaN,
        ["column near the left"] = (x, _) => x is >= 12 and < 14 ? 0.7 : double.NaN,
        ["row near the bottom"] = (_, y) => y is >= 178 and < 184 ? 1 : double.NaN,
        ["two rows"] = (_, y) => y is >= 10 and < 14 or >= 185 and < 187 ? 0.6 : double.NaN,
        ["rim of one pixel"] = (x, y) => Edge(x, y) < 1 ? 1 : double.NaN,
        ["grey rim"] = (x, y) => Edge(x, y) < 5 ? 0.4 : double.NaN,
        ["frame"] = (x, y) => Edge(x, y) is >= 6 and < 13 ? 1 : double.NaN,
        ["thick frame near the edge"] = (x, y) => Edge(x, y) is >= 3 and < 19 ? 1 : double.NaN,
        ["thick row near the bottom"] = (_, y) => y is >= 172 and < 198 ? 1 : double.NaN,
        ["box around the digit"] = (x, y) => Edge(x, y) is >= 28 and < 31 ? 1 : double.NaN,
        ["page on a ground of the ink's tone"] = (x, y) => Edge(x, y) < 30 ? 1 : double.NaN,
        ["bars with buttons"] = (x, y) =>
            y < 24 ? (y is >= 6 and < 16 && x % 50 < 30 ? 0.2 : 0.8) : y >= 182 ? 0.6 : double.NaN,
        ["grid"] = (x, y) => x is 16 or 17 or 182 or 183 || y is 16 or 17 or 182 or 183 ? 0.7 : double.NaN,
        ["specks"] = (x, y) => (x, y) is ( >= 8 and < 12, >= 180 and < 183) or (190, 9) ? 1 : double.NaN,
    };

    // Parts of a screenshot, which is a drawing.
    private static readonly string[] OnScreens = ["page on a ground of the ink's tone", "bars with buttons"];

    public static TheoryData<string> Names => [.. Kinds.Keys];

    public static TheoryData<string> NamesOnPaper => [.. Kinds.Keys.Except(OnScreens)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_DrawingWithClutter_EqualsTheDrawingWithoutIt(string kind)
    {
        for (int i = 0; i < Digits.Count; i++)
        {
            byte[] clean = Prepare(Page(i, (_, _) => double.NaN, ink => 255 - (255 * ink)));
            Assert.Equal(clean, Prepare(Page(i, Kinds[kind], ink => 255 - (255 * ink))));
            Assert.Equal(clean, Prepare(Page(i, Kinds[kind], ink => 255 * ink)));
        }
    }

    [Theory]
    [MemberData(nameof(NamesOnPaper))]
    public void Apply_PhotographWithClutter_ResemblesThePhotographWithoutIt(string kind)
    {
        for (int i = 0; i < Digits.Count; i++)
        {
            var grain = new Random(i);
            byte[] clean = Prepare(Page(i, (_, _) => double.NaN, Photograph));
            byte[] found = Prepare(Page(i, Kinds[kind], Photograph));
            double difference = Difference(clean, found);
            Assert.True(difference < 8, $"Mean difference {difference:0.0}.\n{Text(clean)}\n{Text(found)}");

            double Photograph(double ink) => 210 - (170 * ink) + grain.Next(-5, 6);
        }
    }

    [Theory]
    [InlineData("grey rows at the top")]
    [InlineData("row near the bottom")]
    [InlineData("grey rim")]
    [InlineData("frame")]
    [InlineData("box around the digit")]
    public void Apply_ClutterAsFaintAsTheEdgeOfInk_ResemblesThePageWithoutIt(string kind)
    {
        for (int i = 0; i < Digits.Count; i++)
        {
            var grain = new Random(i);
            byte[] clean = Prepare(Page(i, (_, _) => double.NaN, Scan));
            byte[] found = Prepare(Page(i, (x, y) => Kinds[kind](x, y) > 0 ? 1 / 8.0 : double.NaN, Scan));
            double difference = Difference(clean, found);
            Assert.True(difference < 8, $"Mean difference {difference:0.0}.\n{Text(clean)}\n{Text(found)}");

            double Scan(double ink) => 220 - (176 * ink) + grain.Next(-2, 3);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_LineOfABoxOrGridThatTouchesTheDigit_KeepsTheDigit(int side)
    {
        foreach (bool isGrid in (bool[])[false, true])
        {
            double difference = Enumerable.Range(0, Digits.Count).Average(i =>
            {
                (int left, int top, int right, int bottom) = Bounds(i);
                // One side lies on the digit's outermost strokes, the others are 12 pixels away.
                int[] gaps = [12, 12, 12, 12];
                gaps[side] = -2;
                (left, top, right, bottom) = (left - gaps[0], top - gaps[1], right + gaps[2], bottom + gaps[3]);
                byte[] page = Page(i, Line, ink => 255 - (255 * ink));
                return Difference(Prepare(Page(i, (_, _) => double.NaN, ink => 255 - (255 * ink))), Prepare(page));

                double Line(int x, int y)
                {
                    bool isUpright = (x == left || x == left - 1 || x == right || x == right + 1)
                        && (isGrid || (y >= top - 1 && y <= bottom + 1));
                    bool isLevel = (y == top || y == top - 1 || y == bottom || y == bottom + 1)
                        && (isGrid || (x >= left - 1 && x <= right + 1));
                    return isUpright || isLevel ? 1 : double.NaN;
                }
            });
            Assert.InRange(difference, 0, 8);
        }
    }

    [Fact]
    public void Apply_SevenCutOutToThePixel_KeepsItsThinBar()
    {
        Assert.Equal(Prepare(margin: 40), Prepare(margin: 0));

        static byte[] Prepare(int margin)
        {
            (int width, int height) = (61 + (2 * margin), 100 + (2 * margin));
            byte[] page = new byte[width * height];
            for (int i = 0; i < page.Length; i++)
            {
                (int x, int y) = ((i % width) - margin, (i / width) - margin);
                bool isBar = y is >= 0 and < 4 && x is >= 0 and <= 60;
                bool isLeg = y is >= 4 and < 100 && Math.Abs(x - 54 + (0.45 * y)) <= 6;
                page[i] = isBar || isLeg ? (byte)0 : (byte)255;
            }
            byte[] output = new byte[DigitPreprocessing.OutputLength];
            DigitPreprocessing.Apply(new RasterImage(page, width, height, PixelLayout.Gray8), output);
            return output;
        }
    }

    private static int Edge(int x, int y) => Math.Min(Math.Min(x, y), Side - 1 - Math.Max(x, y));

    private static byte[] Prepare(byte[] page)
    {
        byte[] output = new byte[DigitPreprocessing.OutputLength];
        DigitPreprocessing.Apply(new RasterImage(page, Side, Side, PixelLayout.Gray8), output);
        return output;
    }

    private static byte[] Page(int digit, Func<int, int, double> clutter, Func<double, double> tone)
    {
        byte[] page = new byte[Side * Side];
        for (int i = 0; i < page.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, Side);
            double drawn = clutter(x, y);
            double ink = double.IsNaN(drawn) ? Ink(Digits.Image(digit), x, y) : drawn;
            page[i] = (byte)Math.Clamp(Math.Round(tone(ink)), 0, 255);
        }
        return page;
    }

    private static (int Left, int Top, int Right, int Bottom) Bounds(int digit)
    {
        int[] ink = [.. Enumerable.Range(0, Side * Side)
            .Where(i => Ink(Digits.Image(digit), i % Side, i / Side) > 0)];
        return (ink.Min(i => i % Side), ink[0] / Side, ink.Max(i => i % Side), ink[^1] / Side);
    }

    // The mean difference. Grain may move the centre of mass, and with it the digit, by a pixel.
    private static double Difference(byte[] one, byte[] other)
    {
        double least = double.MaxValue;
        foreach (int shift in (int[])[0, -29, -28, -27, -1, 1, 27, 28, 29])
        {
            least = Math.Min(least, Enumerable.Range(29, one.Length - 58)
                .Average(i => Math.Abs(one[i] - (double)other[i + shift])));
        }
        return least;
    }

    private static string Text(byte[] image) => string.Join(
        '\n', image.Chunk(28).Select(row => string.Concat(row.Select(value => " .:-=+*#%@"[value * 9 / 255]))));

    private static double Ink(ReadOnlySpan<byte> digit, int x, int y)
    {
        (x, y) = ((x - Margin) / Scale, (y - Margin) / Scale);
        return x is >= 0 and < 28 && y is >= 0 and < 28 && digit[(y * 28) + x] >= 128 ? 1 : 0;
    }
}
