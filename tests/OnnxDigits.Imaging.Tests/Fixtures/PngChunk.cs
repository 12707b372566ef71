using System.Buffers.Binary;
using System.Text;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Represents a chunk of a PNG file, without its length and CRC.</summary>
internal sealed record PngChunk(string Type, byte[] Data)
{
    /// <summary>Returns the chunk with its length and CRC.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = [0, 0, 0, 0, .. Encoding.Latin1.GetBytes(Type), .. Data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc(bytes.AsSpan(4, Data.Length + 4)));
        return bytes;
    }

    // The CRC-32 of PNG, bit by bit.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
