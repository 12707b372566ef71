namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes GIF files with 128 gray levels, animated if there are several frames.</summary>
internal static class Gif
{
    private const int Clear = 128, End = 129, Run = 100;

    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="frames">The pixels of each frame, as indices from 0 to 127. Index n has the gray level 2n.</param>
    public static byte[] Write(int width, int height, params byte[][] frames)
    {
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        var file = new List<byte>([.. "GIF89a"u8, .. size, 0xF6, 0, 0]);
        for (int i = 0; i < 128; i++) file.AddRange([(byte)(2 * i), (byte)(2 * i), (byte)(2 * i)]);
        foreach (byte[] frame in frames)
        {
            file.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, .. size, 0, 7, .. Blocks(Codes(frame)), 0]);
        }
        file.Add(0x3B);
        return [.. file];
    }

    // Frequent clear codes keep all codes at 8 bits, so that each code is one byte.
    private static byte[] Codes(byte[] frame) =>
        [.. frame.Chunk(Run).SelectMany(run => (byte[])[Clear, .. run]), End];

    private static IEnumerable<byte> Blocks(byte[] codes) =>
        codes.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block]);
}
