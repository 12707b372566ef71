using System.Buffers.Binary;

namespace OnnxDigits.Hosting.Tests;

/// <summary>Writes 24-bit BMP files.</summary>
internal static class BitmapFile
{
    private const int Side = 64;
    private const int Header = 54;

    /// <summary>Returns a black stroke on white that leans more for a larger <paramref name="turn"/>.</summary>
    public static byte[] Stroke(int turn)
    {
        byte[] file = new byte[Header + 3 * Side * Side];
        file.AsSpan(Header).Fill(255);
        for (int y = 12; y < 52; y++)
        {
            int x = Side / 2 + (y - Side / 2) * turn / 10;
            file.AsSpan(Header + 3 * (y * Side + x - 2), 3 * 5).Clear();
        }
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        Write(file, at: 2, file.Length);
        Write(file, at: 10, Header);
        Write(file, at: 14, 40);
        Write(file, at: 18, Side);
        Write(file, at: 22, Side);
        Write(file, at: 26, 1 | 24 << 16);
        return file;
    }

    private static void Write(byte[] file, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
}
