using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>The orientation in a block of EXIF: a TIFF header and its first directory, of either byte order.</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112;
    private const int EntryLength = 12;

    /// <summary>1..8 as EXIF 2.3 numbers them; upright where it is missing or unreadable, as in viewers.</summary>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> exif)
    {
        bool little = exif.StartsWith("II*\0"u8);
        if ((!little && !exif.StartsWith("MM\0*"u8)) || exif.Length < 8)
            return SKEncodedOrigin.Default;
        uint directory = little
            ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return SKEncodedOrigin.Default;
        int count = Short(exif[(int)directory..], little);
        var entries = exif[((int)directory + 2)..];
        for (int i = 0; i < count && entries.Length >= EntryLength; i++, entries = entries[EntryLength..])
        {
            if (Short(entries, little) == Tag && Short(entries[8..], little) is >= 1 and <= 8 and var orientation)
                return (SKEncodedOrigin)orientation;
        }
        return SKEncodedOrigin.Default;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool little) => little
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
