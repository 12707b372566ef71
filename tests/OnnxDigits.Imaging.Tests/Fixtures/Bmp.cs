using System.Buffers.Binary;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes Windows bitmaps of 1 to 8 bits with a gray palette, and of 24 and 32 bits.</summary>
internal static class Bmp
{
    public const int Plain = 0, RunLength8 = 1;

    private const int HeaderLength = 54;

    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height. Negative if the rows are stored from top to bottom.</param>
    /// <param name="bits">The number of bits per pixel.</param>
    /// <param name="rows">The rows, each padded to 4 bytes, or run-length codes.</param>
    /// <param name="compression">The compression method.</param>
    public static byte[] Write(int width, int height, int bits, byte[] rows, int compression = Plain)
    {
        int white = (1 << bits) - 1;
        byte[] palette = bits > 8 ? [] : [.. Enumerable.Range(0, white + 1).SelectMany(i => Grey(i * 255 / white))];
        byte[] header = new byte[HeaderLength];
        "BM"u8.CopyTo(header);
        Put(2, HeaderLength + palette.Length + rows.Length);
        Put(10, HeaderLength + palette.Length);
        Put(14, 40);
        Put(18, width);
        Put(22, height);
        Put(26, 1 | bits << 16);
        Put(30, compression);
        Put(34, rows.Length);
        return [.. header, .. palette, .. rows];

        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
    }

    /// <summary>Returns gray pixels as rows of 24 bits from bottom to top.</summary>
    public static byte[] Rows24(ReadOnlySpan<byte> grey, int width, int height)
    {
        int stride = (3 * width + 3) / 4 * 4;
        byte[] rows = new byte[stride * height];
        for (int i = 0; i < grey.Length; i++)
        {
            rows.AsSpan((height - 1 - i / width) * stride + i % width * 3, 3).Fill(grey[i]);
        }
        return rows;
    }

    private static byte[] Grey(int value) => [(byte)value, (byte)value, (byte)value, 0];
}
