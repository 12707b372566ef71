using System.Buffers.Binary;
using System.IO.Compression;

namespace OnnxDigits.Data.Mnist;

internal static class IdxReader
{
    private const byte UnsignedByte = 0x08;
    private const int FirstBlock = 1 << 20;

    public static IdxFile Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[2];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        using var whole = new TrackedStream(start[..length].ToArray(), stream);
        if (length < 2 || start[0] != 0x1F || start[1] != 0x8B)
            return ReadPlain(whole, name);

        using var gzip = new GZipStream(whole, CompressionMode.Decompress);
        using var unpacked = new TrackedStream(default, gzip);
        try
        {
            var file = ReadPlain(unpacked, name);
            // GZipStream takes the end of a cut file for the end of the data; the length in gzip's trailer tells.
            return whole.Tail == unpacked.Count ? file : throw Damaged(name, null);
        }
        catch (IdxFormatException e)
            when (e.Error is IdxError.Truncated or IdxError.TooShort && whole.Tail != unpacked.Count)
        {
            throw Damaged(name, e);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(name, e);
        }
    }

    private static IdxFormatException Damaged(string name, Exception? cause) =>
        new(IdxError.DamagedGzip, $"{name}: the gzip file is damaged or cut short; fetch it again.", cause);

    private static IdxFile ReadPlain(Stream stream, string name)
    {
        var dimensions = ReadHeader(stream, name);
        var count = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        var data = ReadElements(stream, name, dimensions, (int)count);
        if (stream.ReadByte() >= 0)
        {
            throw new IdxFormatException(IdxError.TrailingBytes,
                $"{name}: bytes follow the {count} elements of [{string.Join(", ", dimensions)}]; it is not one " +
                    "IDX file, fetch it again.");
        }

        return new IdxFile(dimensions, data);
    }

    private static int[] ReadHeader(Stream stream, string name)
    {
        Span<byte> magic = stackalloc byte[4];
        var got = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (got < magic.Length)
        {
            throw new IdxFormatException(IdxError.TooShort,
                $"{name}: {got} bytes are too few for an IDX file, whose header has 8 or more; fetch it again.");
        }

        if (magic[0] != 0 || magic[1] != 0)
        {
            throw new IdxFormatException(IdxError.BadMagic,
                $"{name}: starts with bytes {Convert.ToHexString(magic)} where an IDX file has 0000; check that " +
                    "it is the right file.");
        }

        if (magic[2] != UnsignedByte)
        {
            throw new IdxFormatException(IdxError.UnsupportedElementType,
                $"{name}: has element type 0x{magic[2]:X2}, and only 0x08 (unsigned byte) is read; convert it.");
        }

        if (magic[3] is 0 or > IdxFile.MaxDimensions)
        {
            throw new IdxFormatException(IdxError.BadDimensionCount,
                $"{name}: claims {magic[3]} dimensions, and 1 to {IdxFile.MaxDimensions} are read; check that it " +
                    "is the right file.");
        }

        var dimensions = new int[magic[3]];
        Span<byte> field = stackalloc byte[4];
        var count = 1L;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (stream.ReadAtLeast(field, field.Length, throwOnEndOfStream: false) < field.Length)
            {
                throw new IdxFormatException(IdxError.Truncated,
                    $"{name}: ends inside its header of {dimensions.Length} dimensions; fetch it again.");
            }

            var dimension = BinaryPrimitives.ReadUInt32BigEndian(field);
            // Checked at each step: the product of eight counts overflows even 64 bits.
            if (dimension > IdxFile.MaxElements || (count *= dimension) > IdxFile.MaxElements)
            {
                throw new IdxFormatException(IdxError.TooLarge,
                    $"{name}: claims more than {IdxFile.MaxElements} elements (dimension {i} is {dimension}); " +
                        "check that it is the right file.");
            }

            dimensions[i] = (int)dimension;
        }

        return dimensions;
    }

    // The buffer grows with what really arrives: a header alone cannot make us allocate what it claims.
    private static byte[] ReadElements(Stream stream, string name, int[] dimensions, int count)
    {
        var data = new byte[Math.Min(count, FirstBlock)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            if (filled < data.Length)
            {
                throw new IdxFormatException(IdxError.Truncated,
                    $"{name}: ends after {filled} of the {count} elements that [{string.Join(", ", dimensions)}] " +
                        "promises; fetch it again.");
            }

            if (filled == count)
                return data;
            Array.Resize(ref data, (int)Math.Min(count, data.Length * 2L));
        }
    }
}
