using System.Buffers.Binary;
using System.IO.Compression;

namespace OnnxDigits.Data.Mnist;

/// <summary>Reads an IDX file and reports every defect in one sentence.</summary>
internal sealed class IdxReader(string name)
{
    public const byte UnsignedByte = 0x08;
    private const int FirstBlock = 1 << 20;

    public IdxFile Read(Stream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        bool gzip = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
            && magic is [0x1F, 0x8B];
        stream.Position = 0;
        return gzip ? ReadGzip(stream) : ReadPlain(stream);
    }

    private IdxFile ReadGzip(Stream stream)
    {
        try
        {
            using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            IdxFile file = ReadPlain(unpacked);
            // GZipStream accepts a file without its trailer. The trailer ends in the length of the content.
            Span<byte> length = stackalloc byte[4];
            stream.Seek(-length.Length, SeekOrigin.End);
            stream.ReadExactly(length);
            int expected = 4 + (4 * file.Dimensions.Count) + file.Data.Length;
            return BinaryPrimitives.ReadInt32LittleEndian(length) == expected ? file : throw Damaged(null);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    private IdxFile ReadPlain(Stream stream)
    {
        int[] dimensions = ReadHeader(stream);
        int count = dimensions.Aggregate(1, (product, dimension) => product * dimension);
        byte[] data = ReadElements(stream, dimensions, count);
        return stream.ReadByte() < 0
            ? new IdxFile(dimensions, data)
            : throw Invalid($"more bytes follow the {count} elements of {Text(dimensions)}");
    }

    private int[] ReadHeader(Stream stream)
    {
        Span<byte> field = stackalloc byte[4];
        if (stream.ReadAtLeast(field, field.Length, throwOnEndOfStream: false) < field.Length)
        {
            throw Invalid("it is too short for an IDX header");
        }
        if (field[0] != 0 || field[1] != 0)
        {
            throw Invalid($"it starts with the bytes {Convert.ToHexString(field)} instead of 0000");
        }
        if (field[2] != UnsignedByte)
        {
            throw Invalid($"its element type is 0x{field[2]:X2}, and only 0x08 (unsigned byte) is supported");
        }
        if (field[3] is 0 or > IdxFile.MaxDimensions)
        {
            throw Invalid($"it has {field[3]} dimensions, and 1 to {IdxFile.MaxDimensions} are supported");
        }

        var dimensions = new int[field[3]];
        long count = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (stream.ReadAtLeast(field, field.Length, throwOnEndOfStream: false) < field.Length)
            {
                throw Invalid($"it ends inside its header of {dimensions.Length} dimensions");
            }
            uint dimension = BinaryPrimitives.ReadUInt32BigEndian(field);
            // Checked at each step, because the product of eight dimensions overflows even 64 bits.
            if (dimension > IdxFile.MaxElements || (count *= dimension) > IdxFile.MaxElements)
            {
                throw Invalid($"it claims more than {IdxFile.MaxElements} elements (dimension {i} is {dimension})");
            }
            dimensions[i] = (int)dimension;
        }
        return dimensions;
    }

    // The buffer grows with the bytes that arrive, so a header with a false size cannot allocate memory.
    private byte[] ReadElements(Stream stream, int[] dimensions, int count)
    {
        var data = new byte[Math.Min(count, FirstBlock)];
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            if (filled < data.Length)
            {
                throw Invalid($"it ends after {filled} of the {count} elements of {Text(dimensions)}");
            }
            if (filled == count) return data;
            Array.Resize(ref data, (int)Math.Min(count, data.Length * 2L));
        }
    }

    private static string Text(int[] dimensions) => $"[{string.Join(", ", dimensions)}]";

    private DigitDataException Damaged(Exception? cause) =>
        new($"'{name}' is a damaged gzip file: download it again.", cause);

    private DigitDataException Invalid(string defect) =>
        new($"'{name}' is not a valid IDX file of digits: {defect}. Check that it is the right file, or download it "
            + "again.");
}
