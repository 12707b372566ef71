using System.Buffers.Binary;

namespace OnnxDigits.Tools.Fuzz;

/// <summary>One change to bytes of which nothing is known.</summary>
internal static class ByteMutations
{
    private static readonly int[] EdgeValues =
        [0, 1, -1, 7, 8, 16, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1 << 24, int.MaxValue, int.MinValue];

    /// <summary>A changed copy.</summary>
    /// <param name="input">Left as it is.</param>
    /// <param name="other">Gives an input to splice in.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Apply(byte[] input, Func<byte[]> other, Random random)
    {
        if (input.Length == 0)
            return [(byte)random.Next(256)];
        int at = random.Next(input.Length);
        var block = Block(input.Length, random);
        switch (random.Next(11))
        {
            case 0 or 1:
                return With(input, at, (byte)(input[at] ^ 1 << random.Next(8)));
            case 2:
                return With(input, at, (byte)random.Next(256));
            case 3 or 4:
                return WithNumber(input, at, EdgeValues[random.Next(EdgeValues.Length)], random.Next(4));
            case 5:
                return [.. input[..block.Start], .. input[block.End..]];
            case 6:
                return [.. input[..at], .. input[block], .. input[at..]];
            case 7:
                return Moved(input, block, random);
            case 8:
                return Filled(input, block, random);
            case 9:
                return input[..at];
            default:
                byte[] donor = other();
                return [.. input[..at], .. donor[Math.Min(at, donor.Length)..]];
        }
    }

    // Short blocks are as likely as long ones: lengths are drawn on a scale of powers.
    private static Range Block(int length, Random random)
    {
        int size = Math.Min(length, 1 + random.Next(1 << random.Next(1, 12)));
        int start = random.Next(length - size + 1);
        return start..(start + size);
    }

    private static byte[] With(byte[] input, int at, byte value)
    {
        byte[] result = [.. input];
        result[at] = value;
        return result;
    }

    private static byte[] WithNumber(byte[] input, int at, int value, int form)
    {
        byte[] result = [.. input];
        var place = result.AsSpan(at);
        if (place.Length < 4)
            place[0] = (byte)value;
        else if (form == 0)
            BinaryPrimitives.WriteInt32LittleEndian(place, value);
        else if (form == 1)
            BinaryPrimitives.WriteInt32BigEndian(place, value);
        else if (form == 2)
            BinaryPrimitives.WriteInt16LittleEndian(place, (short)value);
        else
            BinaryPrimitives.WriteInt16BigEndian(place, (short)value);
        return result;
    }

    private static byte[] Moved(byte[] input, Range block, Random random)
    {
        byte[] moved = input[block];
        byte[] rest = [.. input[..block.Start], .. input[block.End..]];
        int at = random.Next(rest.Length + 1);
        return [.. rest[..at], .. moved, .. rest[at..]];
    }

    private static byte[] Filled(byte[] input, Range block, Random random)
    {
        byte[] result = [.. input];
        if (random.Next(2) == 0)
            result.AsSpan(block).Fill((byte)random.Next(256));
        else
            random.NextBytes(result.AsSpan(block));
        return result;
    }
}
