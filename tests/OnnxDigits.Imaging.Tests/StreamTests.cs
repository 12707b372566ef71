using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Imaging.Tests;

public class StreamTests
{
    private static readonly byte[] Image = Png.Write(5, 4, 8, Png.Gray, [.. Enumerable.Range(0, 20)]);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1 << 20)]
    public void Decode_Stream_IsReadToItsEndAndLeftOpen(int blockSize)
    {
        using var stream = new TestStream(Image, blockSize);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (byte)i), ImageFile.Decode(stream).Raster.Pixels.ToArray());
        Assert.True(stream.CanRead);
        Assert.Equal(Image.Length, stream.Taken);
    }

    [Fact]
    public void Decode_EmptyStream_SaysSo() =>
        Assert.Equal("Cannot read '-': it is empty.", Refusal(Stream.Null));

    [Fact]
    public void Decode_EndlessStreamOfNoImage_EndsAtItsFirstBytes()
    {
        using var stream = new TestStream([], 1000, endless: true);
        Assert.Contains("is not an image", Refusal(stream));
        Assert.Equal(1000, stream.Taken);
    }

    [Fact]
    public void Decode_EndlessStreamOfAnImage_EndsAtTheLimit()
    {
        using var stream = new TestStream(Image, 1 << 20, endless: true);
        Assert.Contains("exceeds the limit of 80 MB", Refusal(stream));
        Assert.Equal(ImageFile.MaxFileLength, stream.Taken);
    }

    [Fact]
    public void Decode_StreamThatFails_SaysWhy()
    {
        using var stream = new TestStream(Image, 20, failAt: 40);
        Assert.Equal("Cannot read '-': The pipe broke.", Refusal(stream));
    }

    private static string Refusal(Stream stream) =>
        Assert.Throws<ImageFileException>(() => ImageFile.Decode(stream, "-")).Message;

    /// <summary>Returns bytes in blocks, then optionally endless zeros or a failure.</summary>
    private sealed class TestStream(byte[] content, int blockSize, bool endless = false, long failAt = long.MaxValue)
        : MemoryStream
    {
        public long Taken { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Taken >= failAt) throw new IOException("The pipe broke.");
            count = Math.Min(count, blockSize);
            if (!endless) count = (int)Math.Min(count, content.Length - Taken);
            for (int i = 0; i < count; i++)
            {
                buffer[offset + i] = Taken + i < content.Length ? content[Taken + i] : (byte)0;
            }
            Taken += count;
            return count;
        }
    }
}
