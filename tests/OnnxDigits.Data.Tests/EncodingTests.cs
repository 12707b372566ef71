namespace OnnxDigits.Data.Tests;

public sealed class EncodingTests
{
    [Fact]
    public void Encode_Labels_SetsOnePerRow() =>
        Assert.Equal(
            [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
            OneHot.Encode([0, 9, 3]));

    [Fact]
    public void Encode_LabelIsTen_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OneHot.Encode([1, 10]));

    [Fact]
    public void ToUnit_AllBytes_AreCorrectlyRounded()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var floats = new float[257];
        floats[256] = -1;

        PixelScaling.ToUnit(bytes, floats);

        for (var value = 0; value < 256; value++) Assert.Equal((float)(value / 255.0), floats[value]);
        Assert.Equal(-1, floats[256]);
    }

    [Fact]
    public void ToUnit_DestinationTooShort_Throws() =>
        Assert.Throws<ArgumentException>(() => PixelScaling.ToUnit(new byte[3], new float[2]));
}
