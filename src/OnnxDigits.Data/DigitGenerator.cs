using OnnxDigits.Data.Drawing;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data;

/// <summary>Draws handwritten digits from a seed, without using images of real digits.</summary>
/// <remarks>
/// A digit's strokes are varied in slant, proportions, rotation, bend, thickness and pressure, and placed as in MNIST:
/// the longer side spans 20 pixels, the centre of mass lies at index 14. A seed gives the same bytes on every platform
/// and for any number of threads, because only operations that IEEE 754 defines exactly are used.
/// </remarks>
/// <example>
/// <code>
/// DigitImages digits = DigitGenerator.Draw(seed: 1, count: 100);
/// </code>
/// </example>
public static class DigitGenerator
{
    // Keeps the digits of the test split apart from the training digits of the same seed.
    private const long TestOffset = 1L << 40;
    private const long RareOffset = 1L << 41;
    private const long NonDigitOffset = 1L << 42;

    /// <summary>Draws images. Image i shows the digit i mod 10.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">The number of images, 0 or more.</param>
    /// <param name="first">The index of the first image, so that a long sequence can be drawn in parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> or <paramref name="first"/> is negative.
    /// </exception>
    /// <exception cref="OverflowException">The pixels exceed the largest array, from 2,739,138 images on.</exception>
    public static DigitImages Draw(long seed, int count, long first = 0) =>
        Generate(seed, count, first, CancellationToken.None);

    private static DigitImages Generate(long seed, int count, long first, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var pixels = new byte[checked(count * DigitImages.PixelsPerImage)];
        var labels = new byte[count];
        Parallel.For(0, count, new() { CancellationToken = cancellationToken }, i =>
        {
            labels[i] = (byte)((first + i) % DigitImages.Classes);
            var random = new SplitMix64(seed, first + i);
            Span<byte> image = pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage);
            DigitPainter.Paint(labels[i], ref random, image);
        });
        return new DigitImages(pixels, labels);
    }

    /// <summary>
    /// Draws digits in styles, pens and resolutions that MNIST lacks, for instance a 1 with a long upstroke. The digits
    /// 1, 4, 7 and 9 are more frequent than the other digits.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">The number of images, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="OverflowException">The pixels exceed the largest array, from 2,739,138 images on.</exception>
    public static DigitImages DrawRare(long seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * DigitImages.PixelsPerImage)];
        var labels = new byte[count];
        Parallel.For(0, count, i =>
        {
            var random = new SplitMix64(seed, RareOffset + i);
            labels[i] = RareDigitPainter.Paint(
                ref random, pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage));
        });
        return new DigitImages(pixels, labels);
    }

    /// <summary>
    /// Draws images that do not show a single readable digit, placed like digits: letters, symbols, turned or mirrored
    /// digits, several digits, parts of digits, digits crossed out, scribbles, lines and blots.
    /// </summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">The number of images, 0 or more.</param>
    /// <returns>The pixels, shape [N, 28, 28], 0 for background to 255 for full ink.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="OverflowException">The pixels exceed the largest array, from 2,739,138 images on.</exception>
    public static ReadOnlyMemory<byte> DrawNonDigits(long seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * DigitImages.PixelsPerImage)];
        Parallel.For(0, count, i =>
        {
            var random = new SplitMix64(seed, NonDigitOffset + i);
            NonDigitPainter.Paint(
                ref random, pixels.AsSpan(i * DigitImages.PixelsPerImage, DigitImages.PixelsPerImage));
        });
        return pixels;
    }

    /// <summary>Draws a training and a test split that have no image in common.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="trainCount">The number of training images.</param>
    /// <param name="testCount">The number of test images.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="trainCount"/> or <paramref name="testCount"/> is negative.
    /// </exception>
    /// <exception cref="OverflowException">A split has more than 2,739,137 images.</exception>
    public static DigitDataSet CreateDataSet(long seed, int trainCount = 60_000, int testCount = 10_000) =>
        CreateDataSet(seed, trainCount, testCount, notice: null, CancellationToken.None);

    internal static DigitDataSet CreateDataSet(
        long seed, int trainCount, int testCount, string? notice, CancellationToken cancellationToken)
    {
        DigitImages train = Generate(seed, trainCount, first: 0, cancellationToken);
        DigitImages test = Generate(seed, testCount, TestOffset, cancellationToken);
        return new DigitDataSet(
            DigitDataSet.Generated, train, test, MnistFile.Encode(train, test).Select(file => file.Sha256()),
            $"generated digits, seed {seed}: {trainCount} for training, {testCount} for testing")
        {
            Notice = notice,
        };
    }
}
