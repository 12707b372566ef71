using System.Security.Cryptography;

namespace OnnxDigits.Data.Tests;

public sealed class DigitGeneratorTests
{
    private const int Sample = 2_000;
    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 5, Sample);

    [Fact]
    public void Draw_Sample_LongerSideIsTwentyPixels()
    {
        var sides = Enumerable.Range(0, Sample).Select(i => InkMeasure.Of(Digits.Image(i)).LongerSide).ToArray();

        Assert.All(sides, side => Assert.InRange(side, 19, 20));
        // In MNIST it is 20 in 99.8 % of the images.
        Assert.InRange(sides.Count(side => side == 20) / (double)Sample, 0.95, 1);
    }

    [Fact]
    public void Draw_Sample_CentreOfMassIsAtIndexFourteen() =>
        Assert.All(Enumerable.Range(0, Sample), i =>
        {
            var measure = InkMeasure.Of(Digits.Image(i));
            Assert.InRange(measure.X, 13.5, 14.5);
            Assert.InRange(measure.Y, 13.5, 14.5);
        });

    [Fact]
    public void Draw_Sample_HasMnistsMeanInk()
    {
        var ink = Enumerable.Range(0, Sample).Average(i => InkMeasure.Of(Digits.Image(i)).Ink);

        // MNIST: 0.1307.
        Assert.InRange(ink, 0.115, 0.145);
    }

    [Fact]
    public void Draw_Labels_RepeatZeroToNine() =>
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (byte)(i % 10)), DigitGenerator.Draw(1, 25).Labels.ToArray());

    [Fact]
    public void Draw_SeedOne_GivesKnownBytes()
    {
        // Must not depend on the platform. Recipes and published figures rely on these bytes.
        var digest = Convert.ToHexStringLower(SHA256.HashData(DigitGenerator.Draw(seed: 1, 1_000).Pixels.Span));

        Assert.Equal("261e72798380a6e1cc2b04d56b98291a13c08cad77d9e62f81d6b1d2ace5fa62", digest);
    }

    [Fact]
    public void Draw_InParts_GivesTheSameBytes()
    {
        DigitImages part = DigitGenerator.Draw(seed: 5, 100, first: 700);

        Assert.True(part.Pixels.Span.SequenceEqual(Digits.Slice(700, 100).Pixels.Span));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Draw_SeveralThreads_GiveTheSameBytes(int threads)
    {
        var images = new byte[210][];
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(worker => new Thread(() =>
        {
            for (var i = worker; i < images.Length; i += threads)
            {
                images[i] = DigitGenerator.Draw(seed: 5, 1, first: i).Image(0).ToArray();
            }
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());

        Assert.True(images.SelectMany(image => image).SequenceEqual(Digits.Slice(0, images.Length).Pixels.ToArray()));
    }

    [Fact]
    public void Draw_Sample_HasMnistsDistributionOfPixels()
    {
        var pixels = Digits.Pixels.ToArray();
        var mean = pixels.Average(pixel => pixel / 255.0);
        var deviation = Math.Sqrt(pixels.Average(pixel => (pixel / 255.0 - mean) * (pixel / 255.0 - mean)));

        // MNIST: a deviation of 0.3081, 80.9 % of the pixels are 0, 7 % are at least 250.
        Assert.InRange(deviation, 0.29, 0.33);
        Assert.InRange(pixels.Count(pixel => pixel == 0) / (double)pixels.Length, 0.79, 0.83);
        Assert.InRange(pixels.Count(pixel => pixel >= 250) / (double)pixels.Length, 0.06, 0.09);
    }

    [Fact]
    public void DrawRare_Sample_IsPlacedAsInMnist()
    {
        DigitImages rare = DigitGenerator.DrawRare(seed: 5, Sample);
        InkMeasure[] measures = [.. Enumerable.Range(0, Sample).Select(i => InkMeasure.Of(rare.Image(i)))];

        Assert.All(measures, measure => Assert.InRange(measure.LongerSide, 14, 20));
        Assert.All(measures, measure => Assert.InRange(measure.X, 12, 16));
        Assert.All(measures, measure => Assert.InRange(measure.Y, 12, 16));
        // Digits that were cut at an edge are smaller.
        Assert.InRange(measures.Count(measure => measure.LongerSide == 20) / (double)Sample, 0.8, 1);
    }

    [Fact]
    public void DrawRare_Sample_HasEachDigitAndMostlyOneFourSevenAndNine()
    {
        ReadOnlySpan<byte> labels = DigitGenerator.DrawRare(seed: 5, Sample).Labels.Span;

        int often = 0;
        for (byte digit = 0; digit < 10; digit++)
        {
            int count = labels.Count(digit);
            Assert.True(count > Sample / 25, $"digit {digit}: {count}");
            if (digit is 1 or 4 or 7 or 9) often += count;
        }
        Assert.InRange(often, 0.55 * Sample, 0.7 * Sample);
    }

    [Fact]
    public void DrawNonDigits_Sample_HasInkWithinTheImage()
    {
        ReadOnlySpan<byte> pixels = DigitGenerator.DrawNonDigits(seed: 5, Sample).Span;

        for (int i = 0; i < Sample; i++)
        {
            ReadOnlySpan<byte> image = pixels.Slice(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            Assert.True(image.ContainsAnyInRange((byte)201, (byte)255), $"image {i} is faint");
            Assert.True(image.Count((byte)0) > 200, $"image {i} is full");
        }
    }

    [Fact]
    public void DrawRareAndNonDigits_SeedOne_GiveKnownBytes()
    {
        // Recipes rely on these bytes, on every platform.
        string rare = Convert.ToHexStringLower(SHA256.HashData(DigitGenerator.DrawRare(seed: 1, 1_000).Pixels.Span));
        string non = Convert.ToHexStringLower(SHA256.HashData(DigitGenerator.DrawNonDigits(seed: 1, 1_000).Span));

        Assert.Equal("6ba234307f13f88d3da279317db1f670b7de02e65b1961bf20b438339192f2a7", rare);
        Assert.Equal("de59cf52e437e01935382c1a67b0566411a393e774724de19d6f926e087a552f", non);
    }

    [Fact]
    public void DrawRareAndNonDigits_FewerImages_AreTheFirstOnes()
    {
        DigitImages few = DigitGenerator.DrawRare(seed: 5, 30), many = DigitGenerator.DrawRare(seed: 5, 90);
        Assert.True(few.Pixels.Span.SequenceEqual(many.Slice(0, 30).Pixels.Span));
        Assert.True(few.Labels.Span.SequenceEqual(many.Slice(0, 30).Labels.Span));
        ReadOnlySpan<byte> others = DigitGenerator.DrawNonDigits(seed: 5, 90).Span;
        Assert.True(DigitGenerator.DrawNonDigits(seed: 5, 30).Span.SequenceEqual(others[..(30 * 784)]));
    }

    [Fact]
    public void Draw_OtherSeed_GivesOtherImages()
    {
        DigitImages other = DigitGenerator.Draw(seed: 6, 100);

        Assert.All(Enumerable.Range(0, 100), i => Assert.False(other.Image(i).SequenceEqual(Digits.Image(i))));
    }

    [Fact]
    public void Draw_Sample_HasNoDuplicates()
    {
        var distinct = Enumerable.Range(0, Sample).Select(i => Convert.ToHexString(Digits.Image(i))).Distinct().Count();

        Assert.Equal(Sample, distinct);
    }

    [Fact]
    public void CreateDataSet_Splits_ShareNoImage()
    {
        DigitDataSet set = DigitGenerator.CreateDataSet(seed: 5, trainCount: 500, testCount: 500);
        var train = Enumerable.Range(0, 500).Select(i => Convert.ToHexString(set.Train.Image(i))).ToHashSet();

        Assert.DoesNotContain(Enumerable.Range(0, 500), i => train.Contains(Convert.ToHexString(set.Test.Image(i))));
    }

    [Fact]
    public void Draw_NegativeCount_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitGenerator.Draw(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitGenerator.Draw(1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitGenerator.DrawRare(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DigitGenerator.DrawNonDigits(1, -1));
    }

    [Fact]
    public void Measure_RealOrGeneratedDigits_MatchMnistsPlacement()
    {
        // Checks the measure itself on MNIST.
        DigitImages images = RealMnist.DataSetOrGenerated.Train;
        InkMeasure[] measures = Enumerable.Range(0, images.Count).Select(i => InkMeasure.Of(images.Image(i))).ToArray();

        Assert.InRange(measures.Count(measure => measure.LongerSide == 20) / (double)images.Count, 0.95, 1);
        Assert.InRange(measures.Average(measure => measure.X), 13.9, 14.1);
        Assert.InRange(measures.Average(measure => measure.Y), 13.9, 14.1);
    }
}
