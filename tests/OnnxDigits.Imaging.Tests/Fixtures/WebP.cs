using System.Buffers.Binary;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Creates WebP animations and files with EXIF data from still WebP files.</summary>
internal static class WebP
{
    private const int FirstChunk = 12;

    /// <param name="width">The width of each frame.</param>
    /// <param name="height">The height of each frame.</param>
    /// <param name="stills">Still files that consist of one chunk of pixels.</param>
    public static byte[] Animate(int width, int height, params byte[][] stills)
    {
        byte[] size = [.. UInt24(width - 1), .. UInt24(height - 1)];
        byte[] chunks =
        [
            .. Chunk("VP8X"u8, [2, 0, 0, 0, .. size]),
            .. Chunk("ANIM"u8, new byte[6]),
            .. stills.SelectMany(still =>
                Chunk("ANMF"u8, [.. new byte[6], .. size, 100, 0, 0, 0, .. still[FirstChunk..]])),
        ];
        return Chunk("RIFF"u8, [.. "WEBP"u8, .. chunks]);
    }

    /// <summary>Returns a still file with an EXIF orientation.</summary>
    public static byte[] WithOrientation(int width, int height, byte[] still, int orientation) => Chunk("RIFF"u8,
    [
        .. "WEBP"u8,
        .. Chunk("VP8X"u8, [8, 0, 0, 0, .. UInt24(width - 1), .. UInt24(height - 1)]),
        .. still[FirstChunk..],
        .. Chunk("EXIF"u8, Exif.Orientation(orientation)),
    ]);

    private static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [.. type, 0, 0, 0, 0, .. data, .. new byte[data.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        return chunk;
    }
}
