namespace OnnxDigits.Data;

/// <summary>Represents labelled 28×28 images of digits. Instances are immutable.</summary>
public sealed class DigitImages
{
    /// <summary>The number of rows of an image.</summary>
    public const int Rows = 28;

    /// <summary>The number of columns of an image.</summary>
    public const int Columns = 28;

    /// <summary>The number of pixels of an image.</summary>
    public const int PixelsPerImage = Rows * Columns;

    /// <summary>The number of classes, the digits 0 to 9.</summary>
    public const int Classes = 10;

    /// <summary>Initializes a new instance that keeps the given memory.</summary>
    /// <param name="pixels">The pixels, shape [N, 28, 28], 0 for background to 255 for full ink.</param>
    /// <param name="labels">The labels, shape [N], each 0 to 9.</param>
    /// <exception cref="ArgumentException">The sizes do not match, or a label is not 0 to 9.</exception>
    public DigitImages(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels)
    {
        if (pixels.Length % PixelsPerImage != 0)
        {
            throw new ArgumentException($"{pixels.Length} bytes are not a whole number of {Rows}×{Columns} images.");
        }
        if (pixels.Length / PixelsPerImage != labels.Length)
        {
            throw new ArgumentException(
                $"The number of images, {pixels.Length / PixelsPerImage}, and the number of labels, "
                + $"{labels.Length}, differ.");
        }
        int bad = labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (bad >= 0) throw new ArgumentException($"Label {bad} is {labels.Span[bad]}, not a digit from 0 to 9.");
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>Gets the number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Gets the pixels of all images, shape [N, 28, 28].</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>Gets the labels of all images, shape [N], each 0 to 9.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Returns the pixels of one image, shape [28, 28].</summary>
    /// <param name="index">The image's index, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Pixels.Span.Slice(index * PixelsPerImage, PixelsPerImage);
    }

    /// <summary>Returns the label of one image, 0 to 9.</summary>
    /// <param name="index">The image's index, 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public byte Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Labels.Span[index];
    }

    /// <summary>Returns consecutive images, which share this instance's memory.</summary>
    /// <param name="start">The index of the first image.</param>
    /// <param name="count">The number of images.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range exceeds the images.</exception>
    public DigitImages Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return new DigitImages(
            Pixels.Slice(start * PixelsPerImage, count * PixelsPerImage), Labels.Slice(start, count));
    }

    /// <summary>Returns copies of these images, followed by copies of other images.</summary>
    /// <param name="others">The other images.</param>
    public DigitImages Append(DigitImages others) => new(
        (byte[])[.. Pixels.Span, .. others.Pixels.Span], (byte[])[.. Labels.Span, .. others.Labels.Span]);

    /// <summary>Returns copies of the images with the given indices, in the given order.</summary>
    /// <param name="indices">The indices, each 0 to <see cref="Count"/> − 1. An index may be repeated.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public DigitImages Select(ReadOnlySpan<int> indices)
    {
        var pixels = new byte[indices.Length * PixelsPerImage];
        var labels = new byte[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * PixelsPerImage));
            labels[i] = Label(indices[i]);
        }
        return new DigitImages(pixels, labels);
    }
}
