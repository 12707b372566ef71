using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes TIFF files.</summary>
internal static class TiffFile
{
    private const int TagLength = 12;

    /// <summary>Writes an uncompressed gray picture with its directory before its pixels, unlike LibTiff.</summary>
    public static byte[] Write(int width, int height, byte[] gray, params (TiffTag Tag, int Value)[] more)
    {
        (TiffTag Tag, int Value)[] tags =
        [
            (TiffTag.IMAGEWIDTH, width), (TiffTag.IMAGELENGTH, height), (TiffTag.BITSPERSAMPLE, 8),
            (TiffTag.COMPRESSION, 1), (TiffTag.PHOTOMETRIC, (int)Photometric.MINISBLACK), (TiffTag.STRIPOFFSETS, 0),
            (TiffTag.ROWSPERSTRIP, height), (TiffTag.STRIPBYTECOUNTS, gray.Length), .. more,
        ];
        byte[] head = new byte[8 + 2 + (TagLength * tags.Length) + 4];
        "II*\0\b\0\0\0"u8.CopyTo(head);
        head[8] = (byte)tags.Length;
        foreach (var (index, (tag, value)) in tags.OrderBy(tag => tag.Tag).Index())
        {
            Span<byte> entry = head.AsSpan(10 + (TagLength * index), TagLength);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)tag);
            entry[2] = (byte)(value > ushort.MaxValue || tag == TiffTag.STRIPOFFSETS ? TiffType.LONG : TiffType.SHORT);
            entry[4] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], tag == TiffTag.STRIPOFFSETS ? head.Length : value);
        }
        return [.. head, .. gray];
    }

    /// <summary>Writes the pages of a file with LibTiff.</summary>
    /// <param name="mode">The mode in which LibTiff opens the file: "wl" for little-endian, "wb" for big-endian.</param>
    /// <param name="pages">Writes the tags and rows of each page.</param>
    public static byte[] Write(string mode, params Action<Tiff>[] pages)
    {
        using var stream = new MemoryStream();
        using (Tiff tiff = Tiff.ClientOpen("test", mode, stream, new TiffStream()))
        {
            foreach (Action<Tiff> page in pages)
            {
                page(tiff);
                tiff.WriteDirectory();
            }
            tiff.Flush();
            return stream.ToArray();
        }
    }

    /// <summary>Sets the tags of a page.</summary>
    public static Tiff Describe(
        this Tiff tiff, int width, int height, Photometric photometric, int samples, int bits, Compression compression)
    {
        tiff.SetField(TiffTag.IMAGEWIDTH, width);
        tiff.SetField(TiffTag.IMAGELENGTH, height);
        tiff.SetField(TiffTag.PHOTOMETRIC, photometric);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, samples);
        tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
        tiff.SetField(TiffTag.COMPRESSION, compression);
        tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        return tiff;
    }

    /// <summary>Writes the rows of a page in strips of some rows.</summary>
    public static void WriteRows(this Tiff tiff, byte[] pixels, int height, int rowsPerStrip)
    {
        tiff.SetField(TiffTag.ROWSPERSTRIP, rowsPerStrip);
        foreach (var (row, values) in pixels.Chunk(pixels.Length / height).Index()) tiff.WriteScanline(values, row);
    }
}
