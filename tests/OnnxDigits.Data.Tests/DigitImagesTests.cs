namespace OnnxDigits.Data.Tests;

public sealed class DigitImagesTests
{
    private static readonly DigitImages Three = Numbered(3);

    [Fact]
    public void Image_Index_IsThatImagesPixels()
    {
        Assert.Equal(DigitImages.PixelsPerImage, Three.Image(1).Length);
        Assert.True(Three.Image(1).IndexOfAnyExcept((byte)1) < 0);
        Assert.Equal(2, Three.Label(2));
    }

    [Fact]
    public void Slice_Run_SharesTheImages()
    {
        var slice = Three.Slice(1, 2);

        Assert.Equal(2, slice.Count);
        Assert.Equal([1, 2], slice.Labels.ToArray());
        Assert.True(slice.Image(0).SequenceEqual(Three.Image(1)));
    }

    [Fact]
    public void Select_Indices_KeepsTheirOrder()
    {
        var selected = Three.Select([2, 0, 2]);

        Assert.Equal([2, 0, 2], selected.Labels.ToArray());
        Assert.True(selected.Image(0).SequenceEqual(Three.Image(2)));
        Assert.True(selected.Image(1).SequenceEqual(Three.Image(0)));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(4, 0)]
    public void Slice_Outside_Throws(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Slice(start, count));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Image_Outside_Throws(int index)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Image(index).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Label(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Select([index]));
    }

    [Theory]
    [InlineData(783, 1, IdxError.UnexpectedShape)]
    [InlineData(784, 2, IdxError.CountMismatch)]
    public void Constructor_SizesDisagree_Throws(int pixels, int labels, IdxError expected)
    {
        var error = Assert.Throws<IdxFormatException>(() => new DigitImages(new byte[pixels], new byte[labels]));

        Assert.Equal(expected, error.Error);
    }

    [Fact]
    public void Constructor_LabelIsTen_ThrowsAndSaysWhich()
    {
        var error = Assert.Throws<IdxFormatException>(() => new DigitImages(new byte[2 * 784], new byte[] { 9, 10 }));

        Assert.Equal(IdxError.LabelOutOfRange, error.Error);
        Assert.Contains("label 1 is 10", error.Message);
    }

    private static DigitImages Numbered(int count)
    {
        var pixels = new byte[count * DigitImages.PixelsPerImage];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / DigitImages.PixelsPerImage);
        return new DigitImages(pixels, Enumerable.Range(0, count).Select(i => (byte)i).ToArray());
    }
}
