using System.Buffers.Binary;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Maps the stored pixels of an image to their upright positions.</summary>
/// <param name="origin">The EXIF orientation. Its name states where the first stored row and column are shown.</param>
/// <param name="width">The stored width.</param>
/// <param name="height">The stored height.</param>
internal readonly struct Orientation(SKEncodedOrigin origin, int width, int height)
{
    private const int Tag = 0x0112;
    private const int EntryLength = 12;

    public bool IsUpright => origin == SKEncodedOrigin.TopLeft;

    public bool SwapsSides => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies stored rows to their upright positions.</summary>
    /// <param name="rows">Complete rows without padding.</param>
    /// <param name="firstRow">The index of the first of these rows in the stored image.</param>
    /// <param name="upright">The upright image.</param>
    /// <param name="bytesPerPixel">The size of a pixel.</param>
    public void Place(ReadOnlySpan<byte> rows, int firstRow, Span<byte> upright, int bytesPerPixel)
    {
        var (start, columnStep, rowStep) = Steps();
        for (int rowStart = start + firstRow * rowStep; !rows.IsEmpty; rowStart += rowStep)
        {
            int target = rowStart;
            for (int x = 0; x < width; x++, target += columnStep)
            {
                rows.Slice(x * bytesPerPixel, bytesPerPixel).CopyTo(upright[(target * bytesPerPixel)..]);
            }
            rows = rows[(width * bytesPerPixel)..];
        }
    }

    /// <summary>Returns the upright index of the first stored pixel and the steps to the next column and row.</summary>
    private (int Start, int ColumnStep, int RowStep) Steps() => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1, -1, width),
        SKEncodedOrigin.BottomRight => (width * height - 1, -1, -width),
        SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
        SKEncodedOrigin.LeftTop => (0, height, 1),
        SKEncodedOrigin.RightTop => (height - 1, height, -1),
        SKEncodedOrigin.RightBottom => (width * height - 1, -height, -1),
        SKEncodedOrigin.LeftBottom => (height * (width - 1), -height, 1),
        _ => (0, 1, width),
    };

    /// <summary>Reads the orientation from EXIF data: a TIFF header and its first directory.</summary>
    /// <returns>The orientation, or <see cref="SKEncodedOrigin.TopLeft"/> if it is missing or invalid.</returns>
    public static SKEncodedOrigin ReadExif(ReadOnlySpan<byte> exif)
    {
        bool isLittleEndian = exif.StartsWith("II*\0"u8);
        if ((!isLittleEndian && !exif.StartsWith("MM\0*"u8)) || exif.Length < 8) return SKEncodedOrigin.TopLeft;
        uint directory = isLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2) return SKEncodedOrigin.TopLeft;
        int count = ReadUInt16(exif[(int)directory..], isLittleEndian);
        var entries = exif[((int)directory + 2)..];
        for (int i = 0; i < count && entries.Length >= EntryLength; i++, entries = entries[EntryLength..])
        {
            if (ReadUInt16(entries, isLittleEndian) == Tag
                && ReadUInt16(entries[8..], isLittleEndian) is >= 1 and <= 8 and var orientation)
            {
                return (SKEncodedOrigin)orientation;
            }
        }
        return SKEncodedOrigin.TopLeft;
    }

    private static int ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittleEndian) => isLittleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
