using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reads the header, the EXIF chunk and the end of PNG files.</summary>
internal static class PngHeader
{
    // Each chunk has a length, a type and a CRC around its data.
    private const int ChunkOverhead = 12;

    private const int HeaderData = 16;
    private const int HeaderEnd = 33;

    // Deflate encodes at most 258 bytes in two bits.
    private const int MaxInflation = 1032;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        // SkiaSharp rejects a file whose header is incomplete.
        if (file.Length < HeaderEnd) return new();
        int depth = file[HeaderData + 8], channels = Channels(colorType: file[HeaderData + 9]);
        bool isInterlaced = file[HeaderData + 12] != 0;
        int bitsPerPixel = Math.Max(1, depth * channels);
        var chunks = file[Signature.Length..];
        return new()
        {
            // The rows of an interlaced image are assembled in a buffer before any of them is returned.
            DecoderBytesPerPixel = isInterlaced ? Math.Max(1, bitsPerPixel / 8) : 0,
            MaxPixelsPerByte = MaxInflation * 8 / bitsPerPixel + 1,
            Origin = TryFindChunk(chunks, "eXIf"u8, out var exif)
                ? Orientation.ReadExif(exif)
                : SKEncodedOrigin.TopLeft,
            Rows = RowAccess.Subsets,
            IsComplete = TryFindChunk(chunks, "IEND"u8, out _),
        };
    }

    private static int Channels(int colorType) => colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Finds the first complete chunk of a type.</summary>
    private static bool TryFindChunk(ReadOnlySpan<byte> chunks, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        while (chunks.Length >= ChunkOverhead)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunks);
            if (length > chunks.Length - ChunkOverhead) break;
            data = chunks.Slice(8, (int)length);
            if (chunks[4..].StartsWith(type)) return true;
            chunks = chunks[((int)length + ChunkOverhead)..];
        }
        data = default;
        return false;
    }
}
