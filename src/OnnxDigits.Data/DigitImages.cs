namespace OnnxDigits.Data;

/// <summary>
/// Labelled 28×28 images of digits, immutable. A pixel is one byte: 0 is background, 255 full ink.
/// </summary>
public sealed class DigitImages
{
    /// <summary>Rows of an image.</summary>
    public const int Rows = 28;

    /// <summary>Columns of an image.</summary>
    public const int Columns = 28;

    /// <summary>Pixels of an image: 784.</summary>
    public const int PixelsPerImage = Rows * Columns;

    /// <summary>The number of classes, the digits 0 to 9.</summary>
    public const int Classes = 10;

    /// <summary>Pairs images with their labels; the memory is kept, not copied.</summary>
    /// <param name="pixels">Shape [N, 28, 28], row by row.</param>
    /// <param name="labels">Shape [N], each 0 to 9.</param>
    /// <exception cref="IdxFormatException">
    /// The pixels are no whole number of images, the counts differ, or a label is not 0 to 9.
    /// </exception>
    public DigitImages(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels)
        : this(pixels, labels, "the images and labels given")
    {
    }

    internal DigitImages(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, string name)
    {
        if (pixels.Length % PixelsPerImage != 0)
        {
            throw new IdxFormatException(IdxError.UnexpectedShape,
                $"{name}: {pixels.Length} bytes are no whole number of {Rows}×{Columns} images.");
        }

        if (pixels.Length / PixelsPerImage != labels.Length)
        {
            throw new IdxFormatException(IdxError.CountMismatch,
                $"{name}: {pixels.Length / PixelsPerImage} images and {labels.Length} labels do not belong " +
                    "together; fetch both files again.");
        }

        var bad = labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (bad >= 0)
        {
            throw new IdxFormatException(IdxError.LabelOutOfRange,
                $"{name}: label {bad} is {labels.Span[bad]}, and a digit is 0 to 9; check that it is " +
                    "the right file.");
        }

        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>All pixels, shape [N, 28, 28].</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>All labels, shape [N], each 0 to 9.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>The 784 pixels of one image, row by row.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Pixels.Span.Slice(index * PixelsPerImage, PixelsPerImage);
    }

    /// <summary>The digit that one image shows, 0 to 9.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public byte Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return Labels.Span[index];
    }

    /// <summary>A run of images, sharing this one's memory.</summary>
    /// <param name="start">The first image.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run reaches outside.</exception>
    public DigitImages Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        var pixels = Pixels.Slice(start * PixelsPerImage, count * PixelsPerImage);
        return new DigitImages(pixels, Labels.Slice(start, count));
    }

    /// <summary>The images at given places, in that order, copied; a place may come more than once.</summary>
    /// <param name="indices">Each 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public DigitImages Select(ReadOnlySpan<int> indices)
    {
        var pixels = new byte[indices.Length * PixelsPerImage];
        var labels = new byte[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * PixelsPerImage));
            labels[i] = Label(indices[i]);
        }

        return new DigitImages(pixels, labels);
    }
}
