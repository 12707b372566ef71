using System.Buffers.Binary;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>Changes bytes of an unknown format.</summary>
internal static class ByteMutations
{
    private static readonly int[] EdgeValues =
        [0, 1, -1, 7, 8, 16, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1 << 24, int.MaxValue, int.MinValue];

    /// <summary>Returns a copy with one change.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="other">Bytes to splice in.</param>
    /// <param name="random">Chooses the change.</param>
    public static byte[] Apply(byte[] input, byte[] other, Random random)
    {
        if (input.Length == 0) return [(byte)random.Next(256)];
        byte[] copy = [.. input];
        int at = random.Next(input.Length);
        // Powers of two make short blocks as likely as long ones.
        int size = Math.Min(input.Length, 1 + random.Next(1 << random.Next(1, 12)));
        int start = random.Next(input.Length - size + 1);
        Range block = start..(start + size);
        switch (random.Next(10))
        {
            case 0 or 1:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2:
                copy[at] = (byte)random.Next(256);
                return copy;
            case 3 or 4:
                WriteNumber(copy.AsSpan(at), EdgeValues[random.Next(EdgeValues.Length)], random.Next(4));
                return copy;
            case 5:
                return [.. input[..block.Start], .. input[block.End..]];
            case 6:
                return [.. input[..at], .. input[block], .. input[at..]];
            case 7:
                random.NextBytes(copy.AsSpan(block));
                return copy;
            case 8:
                return input[..at];
            default:
                return [.. input[..at], .. other[Math.Min(at, other.Length)..]];
        }
    }

    private static void WriteNumber(Span<byte> place, int value, int format)
    {
        if (place.Length < 4) place[0] = (byte)value;
        else if (format == 0) BinaryPrimitives.WriteInt32LittleEndian(place, value);
        else if (format == 1) BinaryPrimitives.WriteInt32BigEndian(place, value);
        else if (format == 2) BinaryPrimitives.WriteInt16LittleEndian(place, (short)value);
        else BinaryPrimitives.WriteInt16BigEndian(place, (short)value);
    }
}
