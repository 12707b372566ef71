using System.Buffers.Binary;
using System.IO.Compression;

namespace OnnxDigits.Data.Mnist;

internal static class IdxWriter
{
    public static void Write(IdxFile file, Stream stream, bool gzip)
    {
        if (!gzip)
        {
            WritePlain(file, stream);
            return;
        }

        using var compressed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        WritePlain(file, compressed);
    }

    private static void WritePlain(IdxFile file, Stream stream)
    {
        stream.Write(Header(file.Dimensions));
        stream.Write(file.Data.Span);
    }

    public static byte[] Header(IReadOnlyList<int> dimensions)
    {
        var header = new byte[4 + (4 * dimensions.Count)];
        header[2] = 0x08;
        header[3] = (byte)dimensions.Count;
        for (var i = 0; i < dimensions.Count; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
        return header;
    }
}
