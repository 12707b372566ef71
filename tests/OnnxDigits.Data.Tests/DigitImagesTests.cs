namespace OnnxDigits.Data.Tests;

public sealed class DigitImagesTests
{
    private static readonly DigitImages Three = Numbered(3);

    [Fact]
    public void Image_Index_ReturnsItsPixels()
    {
        Assert.Equal(DigitImages.PixelsPerImage, Three.Image(1).Length);
        Assert.True(Three.Image(1).IndexOfAnyExcept((byte)1) < 0);
        Assert.Equal(2, Three.Label(2));
    }

    [Fact]
    public void Slice_Range_ReturnsItsImages()
    {
        DigitImages slice = Three.Slice(1, 2);

        Assert.Equal(2, slice.Count);
        Assert.Equal([1, 2], slice.Labels.ToArray());
        Assert.True(slice.Image(0).SequenceEqual(Three.Image(1)));
    }

    [Fact]
    public void Select_Indices_KeepsOrder()
    {
        DigitImages selected = Three.Select([2, 0, 2]);

        Assert.Equal([2, 0, 2], selected.Labels.ToArray());
        Assert.True(selected.Image(0).SequenceEqual(Three.Image(2)));
        Assert.True(selected.Image(1).SequenceEqual(Three.Image(0)));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(4, 0)]
    public void Slice_OutOfRange_Throws(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Slice(start, count));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Image_OutOfRange_Throws(int index)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Image(index).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Label(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Select([index]));
    }

    [Theory]
    [InlineData(783, 1, "783 bytes are not a whole number")]
    [InlineData(784, 2, "The number of images, 1, and the number of labels, 2, differ")]
    public void Constructor_SizesDisagree_Throws(int pixels, int labels, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new DigitImages(new byte[pixels], new byte[labels]));

        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    public void Constructor_LabelIsTen_ThrowsWithItsIndex()
    {
        var error = Assert.Throws<ArgumentException>(() => new DigitImages(new byte[2 * 784], new byte[] { 9, 10 }));

        Assert.Contains("Label 1 is 10", error.Message);
    }

    private static DigitImages Numbered(int count)
    {
        var pixels = new byte[count * DigitImages.PixelsPerImage];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i / DigitImages.PixelsPerImage);
        return new DigitImages(pixels, Enumerable.Range(0, count).Select(i => (byte)i).ToArray());
    }
}
