using System.IO.Compression;

namespace OnnxDigits.Data.Tests;

public sealed class IdxFileTests : IDisposable
{
    // A [2, 3] array, written by hand from the format's definition.
    private static readonly byte[] TwoByThree = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ValidBytes_ReturnsDimensionsAndElements(bool gzip)
    {
        IdxFile file = Read(gzip ? Gzip(TwoByThree) : TwoByThree);

        Assert.Equal([2, 3], file.Dimensions);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Data.ToArray());
    }

    [Fact]
    public void Read_GzipWithPlainName_IsDetectedByContent()
    {
        var path = _folder.At("train-images-idx3-ubyte");
        File.WriteAllBytes(path, Gzip(TwoByThree));

        Assert.Equal([2, 3], IdxFile.Read(path).Dimensions);
    }

    public static TheoryData<string, string, byte[]> InvalidFiles => new()
    {
        { "empty", "too short for an IDX header", [] },
        { "three bytes", "too short for an IDX header", [0, 0, 8] },
        { "text", "starts with the bytes 68656C6C", "hello, world"u8.ToArray() },
        { "floats", "element type is 0x0D", [0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0] },
        { "no dimension", "0 dimensions", [0, 0, 8, 0, 7] },
        { "nine dimensions", "9 dimensions", [0, 0, 8, 9, 0, 0, 0, 1] },
        { "header cut", "ends inside its header", [0, 0, 8, 2, 0, 0, 0, 2, 0, 0] },
        { "one dimension of 4 G", "claims more than", [0, 0, 8, 1, 255, 255, 255, 255] },
        { "a product of 4 G", "claims more than", [0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0] },
        { "a product that overflows", "claims more than", [0, 0, 8, 3, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0] },
        { "elements cut", "ends after 5 of the 6 elements of [2, 3]", TwoByThree[..^1] },
        { "one byte more", "more bytes follow", [.. TwoByThree, 0] },
        { "gzip cut in the header", "", Gzip(TwoByThree)[..5] },
        { "gzip cut in the data", "", Gzip(TwoByThree)[..20] },
        { "gzip cut in the trailer", "damaged gzip file", Gzip(TwoByThree)[..^6] },
        { "gzip with a flipped checksum", "damaged gzip file", Flip(Gzip(TwoByThree), 8) },
        { "gzip of a cut file", "ends after 5 of the 6 elements", Gzip(TwoByThree[..^1]) },
        { "gzip of a long file", "more bytes follow", Gzip([.. TwoByThree, 0]) },
    };

    [Theory]
    [MemberData(nameof(InvalidFiles))]
    public void Read_InvalidFile_ThrowsWithPathAndDefect(string name, string defect, byte[] content)
    {
        string path = _folder.At(name);
        File.WriteAllBytes(path, content);

        var error = Assert.Throws<DigitDataException>(() => IdxFile.Read(path));

        Assert.StartsWith($"'{path}' is ", error.Message);
        Assert.Contains(defect, error.Message);
    }

    [Fact]
    public void Read_HeaderClaimsGigabyte_AllocatesLittle()
    {
        byte[] content = [0, 0, 8, 1, 0x40, 0, 0, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DigitDataException>(() => Read(content));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Read_LargerThanFirstBlock_ReadsAllElements()
    {
        var data = new byte[(3 << 20) + 5];
        new Random(1).NextBytes(data);
        var file = new IdxFile([data.Length], data);
        using var stream = new MemoryStream();
        file.Write(stream, gzip: false);

        Assert.True(Read(stream.ToArray()).Data.Span.SequenceEqual(data));
    }

    [Fact]
    public void Write_Plain_WritesTheFormat()
    {
        var path = _folder.At("x-idx2-ubyte");

        new IdxFile([2, 3], new byte[] { 1, 2, 3, 4, 5, 6 }).Write(path);

        Assert.Equal(TwoByThree, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_NameEndsInGz_Compresses()
    {
        var path = _folder.At("x.gz");
        new IdxFile([2, 3], new byte[] { 1, 2, 3, 4, 5, 6 }).Write(path);

        Assert.Equal([0x1F, 0x8B], File.ReadAllBytes(path)[..2]);
        Assert.Equal([1, 2, 3, 4, 5, 6], IdxFile.Read(path).Data.ToArray());
    }

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(0, 65536, 65536, 65536, 65536)]
    public void Constructor_WrongNumberOfElements_Throws(int elements, params int[] dimensions) =>
        Assert.Throws<ArgumentException>(() => new IdxFile(dimensions, new byte[elements]));

    private static IdxFile Read(byte[] content) => IdxFile.Read(new MemoryStream(content), "test");

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }

    private static byte[] Flip(byte[] content, int fromEnd)
    {
        content[^fromEnd] ^= 0xFF;
        return content;
    }
}
