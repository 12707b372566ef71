using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>The chunks of a PNG file, as far as the decoder leaves them unread.</summary>
internal static class PngFile
{
    /// <summary>Length, type and CRC of a chunk, beside its data.</summary>
    public const int ChunkOverhead = 12;

    private const int HeaderData = 16;
    private const int HeaderEnd = 33;
    private const int GrayAlpha = 4;

    // A CRC is linear: the same bits flipped at the same place flip the same bits of it, and a wrong one stays wrong.
    private const uint CrcChange = 0xDFF24B14;

    // The best that deflate does: 258 bytes for two bits.
    private const int MostInflation = 1032;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static FileTraits ReadTraits(ReadOnlySpan<byte> file)
    {
        // What has no whole header is the decoder's to refuse.
        if (file.Length < HeaderEnd)
            return new();
        int depth = file[HeaderData + 8], colour = file[HeaderData + 9];
        bool interlaced = file[HeaderData + 12] != 0;
        int bits = Math.Max(1, depth * ChannelsOf(colour));
        var traits = new FileTraits
        {
            // An interlaced picture is put together before it is handed on.
            DecoderBytesPerPixel = interlaced ? Math.Max(1, bits / 8) : 0,
            MostPixelsPerByte = MostInflation * 8 / bits + 1,
            IsGray16 = depth == 16 && colour == 0,
        };
        for (var rest = file[8..]; TryReadChunk(rest, out var type, out var data); rest = rest[(data.Length + ChunkOverhead)..])
        {
            if (type.SequenceEqual("eXIf"u8))
                traits = traits with { Origin = ExifOrientation.Read(data) };
            else if (type.SequenceEqual("tRNS"u8))
                traits = traits with { IsGray16 = false };
        }
        // Two bytes a pixel for the result, and as many at most for the file with another header.
        if (traits.IsGray16)
            traits = traits with { DecoderBytesPerPixel = traits.DecoderBytesPerPixel + 4 };
        return traits;
    }

    /// <summary>
    /// The same file with another header: 16 bits of grey lie in it, filters and interlacing included, as 8 bits of
    /// grey and 8 of alpha do. The upper byte is then decoded as grey and the lower as alpha.
    /// </summary>
    public static byte[] WithGray16AsGrayAlpha(ReadOnlySpan<byte> file)
    {
        byte[] copy = file.ToArray();
        copy[HeaderData + 8] = 8;
        copy[HeaderData + 9] = GrayAlpha;
        uint crc = BinaryPrimitives.ReadUInt32BigEndian(file[(HeaderEnd - 4)..]);
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(HeaderEnd - 4), crc ^ CrcChange);
        return copy;
    }

    private static int ChannelsOf(int colour) => colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The type and the data of the chunk at the start; false where it is not whole.</summary>
    public static bool TryReadChunk(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        type = data = default;
        if (rest.Length < ChunkOverhead)
            return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - ChunkOverhead)
            return false;
        type = rest.Slice(4, 4);
        data = rest.Slice(8, (int)length);
        return true;
    }
}
