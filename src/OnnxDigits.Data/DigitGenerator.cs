using OnnxDigits.Data.Drawing;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>
/// Draws digits: the strokes of several writers' shapes of each digit as curves, varied in slant, proportions,
/// rotation, bend, thickness and pressure, rasterised and placed by MNIST's rule (longer side 20 pixels, centre of
/// mass at index 14 by a whole-pixel shift). No image of a real digit is used. The same seed gives the same bytes on
/// every platform and for every number of threads: only operations that IEEE 754 defines exactly are used.
/// </summary>
public static class DigitGenerator
{
    // Keeps the test split's digits apart from every training digit of the same seed.
    private const long TestOffset = 1L << 40;

    /// <summary>Draws digits. Image i shows digit i mod 10.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="count">How many; 0 or more.</param>
    /// <param name="first">The index of the first, so that a long sequence can be drawn in parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count or an index is negative.</exception>
    public static DigitImages Draw(long seed, int count, long first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var pixels = new byte[checked(count * DigitImages.PixelsPerImage)];
        var labels = new byte[count];
        Parallel.For(0, count, i =>
        {
            labels[i] = (byte)((first + i) % DigitImages.Classes);
            var random = new SplitMix64(seed, first + i);
            var image = pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            DigitPainter.Paint(labels[i], ref random, image);
        });
        return new DigitImages(pixels, labels);
    }

    /// <summary>Draws a training and a test split that share no digit.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="trainCount">How many to learn from.</param>
    /// <param name="testCount">How many to test on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static DigitDataSet CreateDataSet(long seed, int trainCount = 60_000, int testCount = 10_000) =>
        CreateDataSet(seed, trainCount, testCount, notice: null);

    internal static DigitDataSet CreateDataSet(long seed, int trainCount, int testCount, string? notice)
    {
        var train = Draw(seed, trainCount);
        var test = Draw(seed, testCount, TestOffset);
        var digest = DataSetDigest.Of(MnistFile.Arrays(train, test));
        return new DigitDataSet(DigitDataSet.Generated, train, test, digest,
            $"generated digits, seed {seed}: {trainCount} to train, {testCount} to test")
        {
            Notice = notice,
        };
    }
}
