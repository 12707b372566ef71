using System.IO.Compression;
using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data.Tests;

public sealed class IdxFileTests : IDisposable
{
    // Written out from the format's definition: [2, 3] unsigned bytes.
    private static readonly byte[] TwoByThree = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_SoundBytes_GivesDimensionsAndElements(bool gzip)
    {
        var file = Read(gzip ? Gzip(TwoByThree) : TwoByThree);

        Assert.Equal([2, 3], file.Dimensions);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Data.ToArray());
    }

    [Fact]
    public void Read_GzipUnderAPlainName_IsKnownByItsContent()
    {
        var path = _folder.At("train-images-idx3-ubyte");
        File.WriteAllBytes(path, Gzip(TwoByThree));

        Assert.Equal([2, 3], IdxFile.Read(path).Dimensions);
    }

    public static TheoryData<string, IdxError, byte[]> BadFiles => new()
    {
        { "empty", IdxError.TooShort, [] },
        { "three bytes", IdxError.TooShort, [0, 0, 8] },
        { "text", IdxError.BadMagic, "hello, world"u8.ToArray() },
        { "floats", IdxError.UnsupportedElementType, [0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "no dimension", IdxError.BadDimensionCount, [0, 0, 8, 0, 7] },
        { "nine dimensions", IdxError.BadDimensionCount, [0, 0, 8, 9, 0, 0, 0, 1] },
        { "header cut", IdxError.Truncated, [0, 0, 8, 2, 0, 0, 0, 2, 0, 0] },
        { "one dimension of 4 G", IdxError.TooLarge, [0, 0, 8, 1, 255, 255, 255, 255] },
        { "a product of 4 G", IdxError.TooLarge, [0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0] },
        { "a product that overflows", IdxError.TooLarge, [0, 0, 8, 3, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0] },
        { "elements cut", IdxError.Truncated, TwoByThree[..^1] },
        { "one byte more", IdxError.TrailingBytes, [.. TwoByThree, 0] },
        { "gzip cut in the data", IdxError.DamagedGzip, Gzip(TwoByThree)[..20] },
        { "gzip cut in the trailer", IdxError.DamagedGzip, Gzip(TwoByThree)[..^6] },
        { "gzip with a flipped checksum", IdxError.DamagedGzip, Flip(Gzip(TwoByThree), 8) },
        { "gzip of a cut file", IdxError.Truncated, Gzip(TwoByThree[..^1]) },
        { "gzip of a long file", IdxError.TrailingBytes, Gzip([.. TwoByThree, 0]) },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Read_BadFile_NamesTheErrorAndTheFile(string what, IdxError expected, byte[] content)
    {
        var path = _folder.At(what);
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<IdxFormatException>(() => IdxFile.Read(path));

        Assert.Equal(expected, error.Error);
        Assert.StartsWith(path + ": ", error.Message);
    }

    [Fact]
    public void Read_HeaderClaimsAGigabyteAndHoldsNothing_AllocatesLittle()
    {
        byte[] content = [0, 0, 8, 1, 0x40, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<IdxFormatException>(() => Read(content));

        Assert.Equal(IdxError.Truncated, error.Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Read_LargerThanTheFirstBlock_IsWhole()
    {
        var data = new byte[(3 << 20) + 5];
        new Random(1).NextBytes(data);
        var file = new IdxFile([data.Length], data);
        using var stream = new MemoryStream();
        file.Write(stream, gzip: false);

        Assert.True(Read(stream.ToArray()).Data.Span.SequenceEqual(data));
    }

    [Fact]
    public void Write_Plain_GivesTheFormatsBytes()
    {
        var path = _folder.At("x-idx2-ubyte");

        new IdxFile([2, 3], new byte[] { 1, 2, 3, 4, 5, 6 }).Write(path);

        Assert.Equal(TwoByThree, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_NameEndsInGz_IsGzip()
    {
        var path = _folder.At("x.gz");
        new IdxFile([2, 3], new byte[] { 1, 2, 3, 4, 5, 6 }).Write(path);

        Assert.Equal([0x1F, 0x8B], File.ReadAllBytes(path)[..2]);
        Assert.Equal([1, 2, 3, 4, 5, 6], IdxFile.Read(path).Data.ToArray());
    }

    [Fact]
    public void Constructor_ElementsDoNotFit_Throws() =>
        Assert.Throws<ArgumentException>(() => new IdxFile([2, 3], new byte[5]));

    private static IdxFile Read(byte[] content) => IdxFile.Read(new MemoryStream(content), "test");

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Flip(byte[] content, int fromEnd)
    {
        content[^fromEnd] ^= 0xFF;
        return content;
    }
}
