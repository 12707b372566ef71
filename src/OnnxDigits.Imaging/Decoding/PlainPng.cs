using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using OnnxDigits.Inference;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>
/// The plainest of PNG files: small, 8 bits of grey, not interlaced, all pixels in one chunk. Digits come as such by the ten
/// thousand, and SkiaSharp takes more than twice as long for one. Whatever else a file has, damage above all, is SkiaSharp's.
/// </summary>
/// <remarks>Portable Network Graphics (PNG) Specification (Third Edition), W3C 2025: 5 Datastream structure, 9 Filtering.</remarks>
internal static class PlainPng
{
    /// <summary>Digits of data sets are no larger, and their rows fit on the stack.</summary>
    public const int MaxSide = 64;

    private const int HeaderLength = 13;

    /// <summary>The pixels, or null where the file has anything but what is named above, or is not whole.</summary>
    public static DecodedImage? TryDecode(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(PngFile.Signature))
            return null;
        var rest = file[PngFile.Signature.Length..];
        if (!PngFile.TryReadChunk(rest, out var type, out var header) || !type.SequenceEqual("IHDR"u8) || !IsWhole(rest, header))
            return null;
        // Behind the sides: depth, colour, compression, filters, interlacing.
        if (header.Length != HeaderLength || !header[8..].SequenceEqual((ReadOnlySpan<byte>)[8, 0, 0, 0, 0]))
            return null;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide)
            return null;
        return TryFindPixels(rest[(header.Length + PngFile.ChunkOverhead)..], out var compressed)
            ? TryDecode(compressed, (int)width, (int)height)
            : null;
    }

    private static bool TryFindPixels(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> compressed)
    {
        compressed = default;
        for (; PngFile.TryReadChunk(rest, out var type, out var data); rest = rest[(data.Length + PngFile.ChunkOverhead)..])
        {
            if (type.SequenceEqual("IEND"u8))
                return !compressed.IsEmpty && IsWhole(rest, data);
            if (type.SequenceEqual("IDAT"u8) && compressed.IsEmpty && IsWhole(rest, data))
                compressed = data;
            else if (!SaysNothingOfPixels(type))
                return false;
        }
        return false;
    }

    // How exact the grey is, how large on paper, when it was made, and words.
    private static bool SaysNothingOfPixels(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("sBIT"u8) || type.SequenceEqual("pHYs"u8) || type.SequenceEqual("tIME"u8) || type.SequenceEqual("tEXt"u8);

    private static bool IsWhole(ReadOnlySpan<byte> chunk, ReadOnlySpan<byte> data)
    {
        var hashed = chunk.Slice(4, 4 + data.Length);
        return Crc32.HashToUInt32(hashed) == BinaryPrimitives.ReadUInt32BigEndian(chunk[(4 + hashed.Length)..]);
    }

    private static unsafe DecodedImage? TryDecode(ReadOnlySpan<byte> compressed, int width, int height)
    {
        // Each row begins with its filter; one byte more shows whether more would come.
        Span<byte> filtered = stackalloc byte[height * (width + 1) + 1];
        try
        {
            fixed (byte* start = compressed)
            {
                using var stream = new UnmanagedMemoryStream(start, compressed.Length);
                using var inflater = new ZLibStream(stream, CompressionMode.Decompress);
                if (inflater.ReadAtLeast(filtered, filtered.Length, throwOnEndOfStream: false) != filtered.Length - 1)
                    return null;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        byte[] pixels = new byte[width * height];
        Span<byte> above = stackalloc byte[width];
        above.Clear();
        for (int y = 0; y < height; y++)
        {
            var row = filtered.Slice(y * (width + 1) + 1, width);
            if (!TryUnfilter(filtered[y * (width + 1)], row, above))
                return null;
            row.CopyTo(pixels.AsSpan(y * width));
            above = row;
        }
        return new(pixels, width, height, PixelLayout.Gray8);
    }

    private static bool TryUnfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        byte left = 0, corner = 0;
        for (int x = 0; x < row.Length; x++)
        {
            byte up = above[x];
            left = row[x] += filter switch
            {
                1 => left,
                2 => up,
                3 => (byte)((left + up) / 2),
                4 => Paeth(left, up, corner),
                _ => 0,
            };
            corner = up;
        }
        return filter <= 4;
    }

    // The neighbour that is nearest to left + up − corner.
    private static byte Paeth(byte left, byte up, byte corner)
    {
        int fromLeft = Math.Abs(up - corner), fromUp = Math.Abs(left - corner), fromCorner = Math.Abs(left + up - 2 * corner);
        return fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
    }
}
