using System.Drawing;
using OnnxDigits.Data;

namespace OnnxDigits.Inference.Tests;

/// <summary>Several digits on one picture are found, told apart and read in reading order.</summary>
public sealed class ReadAllTests : IDisposable
{
    private static readonly DigitImages Digits = OnePerClass();

    private readonly DigitClassifier _classifier = new(new() { Device = DigitDevices.Cpu });

    public void Dispose() => _classifier.Dispose();

    [Theory]
    [InlineData(DigitPaper.Plain, false)]
    [InlineData(DigitPaper.Ruled, false)]
    [InlineData(DigitPaper.Squared, false)]
    [InlineData(DigitPaper.Boxes, false)]
    [InlineData(DigitPaper.Plain, true)]
    [InlineData(DigitPaper.Ruled, true)]
    [InlineData(DigitPaper.Squared, true)]
    [InlineData(DigitPaper.Boxes, true)]
    public void ReadAll_Page_FindsNearlyAllDigitsInOrder(DigitPaper paper, bool isPhotograph)
    {
        AssertNearlyAllRead(DigitPage.Draw(DigitImagesForTests.Set.Test.Slice(0, 96), paper, isPhotograph, seed: 3));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void ReadAll_SquaredPageOfGeneratedDigits_KeepsItsLines(long seed)
    {
        DigitImages digits = DigitGenerator.CreateDataSet(1, 1000, 500).Test.Slice(0, 96);
        AssertNearlyAllRead(DigitPage.Draw(digits, DigitPaper.Squared, isPhotograph: false, seed));
    }

    private void AssertNearlyAllRead(DigitPage page)
    {
        IReadOnlyList<LocatedDigit> found = ReadAll(page);

        int right = page.Digits.Count(digit => found.Any(one => one.Line == digit.Line
            && one.Prediction.Digit == digit.Label && Overlap(one.Box, digit) > 0.5));
        Assert.InRange(right, 85, 96);
        Assert.InRange(found.Count, 92, 100);
        LocatedDigit[] inOrder = [.. found.OrderBy(one => one.Line).ThenBy(one => one.Box.X + (one.Box.Width / 2))];
        Assert.Equal(inOrder.Select(one => one.Box), found.Select(one => one.Box));
    }

    [Theory]
    [InlineData(DigitPaper.Plain, false)]
    [InlineData(DigitPaper.Ruled, false)]
    [InlineData(DigitPaper.Plain, true)]
    [InlineData(DigitPaper.Ruled, true)]
    public void ReadAll_NumberThatFillsThePicture_IsRead(DigitPaper paper, bool isPhotograph)
    {
        DigitImages images = DigitImagesForTests.Set.Test;
        int right = 0, all = 0;
        for (int start = 0, count = 1; start + count <= 300; start += count, count = (count % 5) + 1)
        {
            DigitPage page = DigitPage.Draw(images.Slice(start, count), paper, isPhotograph, start);
            DigitPage number = page.Crop(page.Digits.Max(digit => digit.Bottom - digit.Top) / 4);
            string found = string.Concat(ReadAll(number).Select(digit => digit.Prediction.Digit));
            right += found == string.Concat(number.Digits.Select(digit => digit.Label)) ? 1 : 0;
            all++;
        }
        Assert.InRange(right, 0.86 * all, all);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(27)]
    public void ReadAll_RowOfBoxes_LosesAllSides(long seed)
    {
        DigitPage page = DigitPage.Draw(DigitGenerator.Draw(seed, 16), DigitPaper.Boxes, isPhotograph: false, seed);
        IReadOnlyList<LocatedDigit> found = ReadAll(page);
        Assert.InRange(found.Count, 15, 17);
    }

    [Theory]
    [InlineData(54)]
    [InlineData(67)]
    public void ReadAll_ShortSquaredPage_KeepsTheDigitsStems(long seed)
    {
        DigitPage page = DigitPage.Draw(DigitGenerator.Draw(seed, 32), DigitPaper.Squared, isPhotograph: false, seed);
        IReadOnlyList<LocatedDigit> found = ReadAll(page);
        int right = page.Digits.Count(digit => found.Any(one =>
            one.Prediction.Digit == digit.Label && Overlap(one.Box, digit) > 0.5));
        Assert.InRange(right, 29, 32);
    }

    [Fact]
    public void ReadAll_StrokesAlongPrintedLines_Stay()
    {
        const byte Grey = 150;
        // The bar of the 7 and the 1 lie on lines as thick as they are.
        Sketch sketch = new Sketch(500, 200).AddRow(Digits, "38", 30, 60, 3, gap: 20)
            .Line(226, 66, 270, 66, 4).Line(270, 66, 244, 126, 4).Line(330, 66, 330, 126, 4);
        for (int i = 0; i < sketch.Pixels.Length; i++)
        {
            bool isOnLine = i / 500 is >= 64 and < 68 or >= 164 and < 168 || i % 500 is >= 328 and < 332;
            if (isOnLine) sketch.Pixels[i] = Math.Min(sketch.Pixels[i], Grey);
        }
        Assert.Equal("3871", Read(sketch));
    }

    [Fact]
    public void ReadAll_StemsBelowOneAnother_AreNotAPrintedLine()
    {
        var sketch = new Sketch(400, 400);
        for (int row = 0; row < 3; row++)
        {
            int top = 30 + (120 * row);
            sketch.AddRow(Digits, "38", 120, top - 16, 3, gap: 20).Line(60, top, 60, top + 66, 4);
        }
        Assert.Equal("138|138|138", Read(sketch));
    }

    [Fact]
    public void ReadAll_RestOfARuledLine_AttractsNoDigit()
    {
        Sketch sketch = new Sketch(500, 200).AddRow(Digits, "2642", 60, 40, 3, gap: 20);
        sketch.Line(20, 110, 44, 110, 3).Line(250, 116, 262, 116, 2);
        Assert.Equal("2642", Read(sketch));
    }

    [Fact]
    public void ReadAll_FaintLinesThatCrossASmallPicture_AreRemoved()
    {
        const byte Grey = 150;
        Sketch sketch = new Sketch(200, 110).AddRow(Digits, "38", 40, 10, 3, gap: 30);
        for (int i = 0; i < sketch.Pixels.Length; i++)
        {
            bool isOnLine = i / 200 is 100 or 101 || i % 200 is 20 or 21 or 106 or 107 or 180 or 181;
            if (isOnLine) sketch.Pixels[i] = Math.Min(sketch.Pixels[i], Grey);
        }
        Assert.Equal("38", Read(sketch));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(110)]
    public void ReadAll_PageOnADesk_IsReadWithoutTheDesk(byte desk)
    {
        Sketch sketch = new Sketch(640, 480).AddRow(Digits, "2738", 150, 120, 2, gap: 20)
            .AddRow(Digits, "945", 170, 240, 2, gap: 20);
        Photograph(sketch, (x, y) => Math.Abs(x + (y / 9) - 340) < 240 && Math.Abs(y - (x / 9) - 210) < 170
            ? 210 : desk);
        Assert.Equal("2738|945", Read(sketch));
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.5)]
    [InlineData(0.4)]
    public void ReadAll_EdgeOfAShadowBetweenDigits_LosesNone(double light)
    {
        Sketch sketch = new Sketch(640, 480).AddRow(Digits, "2738", 150, 120, 2, gap: 30)
            .AddRow(Digits, "945", 170, 240, 2, gap: 30);
        Photograph(sketch, (x, y) => 210 * (x + (y / 3) > 320 ? light : 1));
        Assert.Equal("2738|945", Read(sketch));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    [InlineData(0.4)]
    public void ReadAll_EmptyPageInAShadow_IsEmpty(double light)
    {
        var sketch = new Sketch(640, 480);
        Photograph(sketch, (x, y) => 210 * (x + (y / 3) > 330 ? light : 1), grain: 12);
        Assert.Empty(_classifier.ReadAll(sketch.Raster));
    }

    [Fact]
    public void ReadAll_BarsOfADarkApplication_AreLeftOut()
    {
        Sketch sketch = new Sketch(640, 400).AddRow(Digits, "2738", 150, 120, 2, gap: 20);
        for (int i = 0; i < sketch.Pixels.Length; i++)
        {
            int ground = i / 640 < 30 || i % 640 < 40 ? 52 : 18;
            sketch.Pixels[i] = (byte)Math.Max(ground, 255 - sketch.Pixels[i]);
        }
        Assert.Equal("2738", Read(sketch));
    }

    [Fact]
    public void ReadAll_BlackDigitsOnWhiteAndGrey_AreRead()
    {
        Sketch sketch = new Sketch(640, 400).AddRow(Digits, "2738", 60, 60, 2, gap: 20)
            .AddRow(Digits, "945", 60, 260, 2, gap: 20);
        for (int i = 200 * 640; i < sketch.Pixels.Length; i++) sketch.Pixels[i] = (byte)(sketch.Pixels[i] * 0.5);
        Assert.Equal("2738|945", Read(sketch));
    }

    // Thick strokes that fill the picture have tones and edges too.
    [Theory]
    [InlineData("30")]
    [InlineData("25")]
    public void ReadAll_ThickDigitsThatFillAPhotograph_Stay(string number)
    {
        Sketch sketch = new Sketch(800, 420).AddRow(Digits, number, 80, 20, 14, gap: 60);
        Photograph(sketch, (_, _) => 210);
        Assert.Equal(number, Read(sketch));
    }

    [Fact]
    public void ReadAll_OneDigit_AgreesWithClassify()
    {
        for (int digit = 0; digit < 10; digit++)
        {
            Sketch sketch = new Sketch(200, 150).Add(Digits.Image(digit), 60, 40, 2);
            LocatedDigit found = Assert.Single(_classifier.ReadAll(sketch.Raster));
            DigitPrediction single = _classifier.Classify(sketch.Raster);
            Assert.Equal((digit, single.Confidence), (found.Prediction.Digit, found.Prediction.Confidence));
            Assert.Equal((single.Inverted, 0), (found.Prediction.Inverted, found.Line));
            Assert.InRange(found.Box.Height, 32, 44);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void ReadAll_NoDigit_IsEmpty(int grain)
    {
        var random = new Random(2);
        var sketch = new Sketch(640, 480);
        for (int i = 0; i < sketch.Pixels.Length; i++) sketch.Pixels[i] -= (byte)random.Next(grain + 1);
        Assert.Empty(_classifier.ReadAll(sketch.Raster));
    }

    [Fact]
    public void ReadAll_LargePicture_HasBoxesInItsPixels()
    {
        LocatedDigit found = Assert.Single(
            _classifier.ReadAll(new Sketch(4000, 300).Add(Digits.Image(8), 3000, 20, 8).Raster));
        Assert.InRange(found.Box.Height, 125, 176);
        Assert.InRange(found.Box.X, 3000, 3100);
    }

    [Fact]
    public void ReadAll_TouchingPairs_AreToldApart()
    {
        string[] pairs = [.. Enumerable.Range(0, 10).Select(i => $"{i}{(3 * i + 1) % 10}")];
        int right = pairs.Count(pair => Read(new Sketch(200, 120).AddRow(Digits, pair, 40, 30, 2, gap: -2)) == pair);
        Assert.InRange(right, 7, 10);
    }

    [Fact]
    public void ReadAll_SlopingLines_AreReadOneByOne()
    {
        var sketch = new Sketch(700, 500);
        string[] rows = ["2718281828", "3141592653", "1414213562"];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int i = 0; i < 10; i++)
            {
                sketch.Add(Digits.Image(rows[row][i] - '0'), 40 + (60 * i), 30 + (80 * row) + (13 * i), 2);
            }
        }
        Assert.Equal(string.Join('|', rows), Read(sketch));
    }

    [Fact]
    public void ReadAll_DifferentSizes_AreAllFound() =>
        Assert.Equal("123|4567|89", Read(new Sketch(700, 500)
            .AddRow(Digits, "123", 30, 20, 6, gap: 20)
            .AddRow(Digits, "4567", 40, 240, 1, gap: 4)
            .AddRow(Digits, "89", 40, 330, 3, gap: 12)));

    [Fact]
    public void ReadAll_DustPointsAndDashes_AreLeftOut()
    {
        Sketch sketch = new Sketch(500, 160).AddRow(Digits, "27350", 30, 40, 3, gap: 24);
        sketch.Line(98, 96, 98, 96, 6).Line(170, 20, 170, 20, 4).Line(240, 94, 240, 94, 7).Line(450, 140, 450, 140, 3);
        sketch.Line(400, 70, 420, 70, 5);
        Assert.Equal("27350", Read(sketch));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void ReadAll_TwoStrokes_AreOneDigit(int digit)
    {
        Sketch sketch = new Sketch(400, 160).AddRow(Digits, "38", 30, 40, 3, gap: 20);
        if (digit == 4)
        {
            sketch.Line(230, 45, 212, 80, 6).Line(212, 80, 240, 80, 6).Line(248, 52, 244, 102, 6);
        }
        else
        {
            sketch.Line(216, 47, 214, 70, 6).Line(214, 70, 232, 68, 6).Line(232, 68, 242, 82, 6)
                .Line(242, 82, 234, 98, 6).Line(234, 98, 212, 100, 6).Line(226, 46, 250, 44, 6);
        }
        Assert.Equal($"38{digit}", Read(sketch));
    }

    [Fact]
    public void ReadAll_DigitsThatTouchTheirBoxes_AreRead()
    {
        int right = 0;
        for (int digit = 0; digit < 10; digit += 2)
        {
            var sketch = new Sketch(240, 140);
            for (int i = 0; i < 2; i++)
            {
                int x = 24 + (76 * i);
                sketch.Add(Digits.Image(digit + i), x + 2, 32, 2)
                    .Line(x, 30, x + 60, 30, 2).Line(x, 80, x + 60, 80, 2)
                    .Line(x, 30, x, 80, 2).Line(x + 60, 30, x + 60, 80, 2);
            }
            right += Read(sketch) == $"{digit}{digit + 1}" ? 1 : 0;
        }
        Assert.InRange(right, 3, 5);
    }

    [Fact]
    public void Classify_SeveralDigits_IsUncertainForThatReason()
    {
        using var trusting = new DigitClassifier(new() { ConfidenceThreshold = 0, Device = DigitDevices.Cpu });
        foreach (string number in (string[])["10", "12", "82", "6666", "05221859"])
        {
            Sketch sketch = new Sketch(700, 120).AddRow(Digits, number, 30, 30, 2, gap: 12);
            DigitPrediction prediction = trusting.Classify(sketch.Raster);
            Assert.Equal(
                (PredictionStatus.Uncertain, UncertaintyReason.SeveralDigits), (prediction.Status, prediction.Reason));
        }
    }

    [Fact]
    public void Classify_OneDigit_IsNotTakenForSeveral()
    {
        DigitImages images = DigitImagesForTests.Set.Test;
        for (int i = 0; i < 500; i++)
        {
            Sketch sketch = new Sketch(140, 140).Add(images.Image(i), 10, 10, 4);
            Assert.NotEqual(UncertaintyReason.SeveralDigits, _classifier.Classify(sketch.Raster).Reason);
        }
        // A 4 in two strokes.
        Sketch four = new Sketch(120, 120).Line(50, 25, 30, 70, 6).Line(30, 70, 62, 70, 6).Line(72, 40, 70, 100, 6);
        Assert.NotEqual(UncertaintyReason.SeveralDigits, _classifier.Classify(four.Raster).Reason);
    }

    // Gives the paper light and the picture grain.
    private static void Photograph(Sketch sketch, Func<int, int, double> light, double grain = 6)
    {
        var random = new Random(5);
        int width = sketch.Raster.Width;
        for (int i = 0; i < sketch.Pixels.Length; i++)
        {
            double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
            double paper = light(i % width, i / width), ink = 0.75 * (255 - sketch.Pixels[i]) / 255;
            sketch.Pixels[i] = (byte)Math.Clamp((paper * (1 - ink)) + (grain * noise), 0, 255);
        }
    }

    private IReadOnlyList<LocatedDigit> ReadAll(DigitPage page) =>
        _classifier.ReadAll(new RasterImage(page.Pixels, page.Width, page.Height, PixelLayout.Gray8));

    private string Read(Sketch sketch) => string.Join('|', _classifier.ReadAll(sketch.Raster)
        .GroupBy(digit => digit.Line)
        .Select(line => string.Concat(line.Select(digit => digit.Prediction.Digit))));

    private static double Overlap(Rectangle box, PageDigit digit)
    {
        var other = Rectangle.FromLTRB(digit.Left, digit.Top, digit.Right + 1, digit.Bottom + 1);
        Rectangle common = Rectangle.Intersect(box, other), around = Rectangle.Union(box, other);
        return (double)common.Width * common.Height / (around.Width * around.Height);
    }

    // An image of each digit that the network is sure of.
    private static DigitImages OnePerClass()
    {
        using var classifier = new DigitClassifier(new() { Device = DigitDevices.Cpu });
        DigitImages all = DigitImagesForTests.Set.Test;
        return all.Select([.. Enumerable.Range(0, 10).Select(digit => Enumerable.Range(0, all.Count).First(i =>
            classifier.Classify(all.Image(i)) is { Confidence: > 0.999f } prediction && prediction.Digit == digit
            && all.Label(i) == digit))]);
    }
}
