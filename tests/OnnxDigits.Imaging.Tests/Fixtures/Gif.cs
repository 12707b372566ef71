namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes GIF files of 128 greys, animated where there are several frames.</summary>
internal static class Gif
{
    private const int Clear = 128, End = 129, Run = 100;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="frames">Indices 0..127; index n is shown as grey 2n.</param>
    public static byte[] Write(int width, int height, params byte[][] frames)
    {
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        var file = new List<byte>([.. "GIF89a"u8, .. size, 0xF6, 0, 0]);
        for (int i = 0; i < 128; i++)
            file.AddRange([(byte)(2 * i), (byte)(2 * i), (byte)(2 * i)]);
        foreach (byte[] frame in frames)
            file.AddRange([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, .. size, 0, 7, .. Blocks(Codes(frame)), 0]);
        file.Add(0x3B);
        return [.. file];
    }

    // A clear code in time keeps all codes at 8 bits, so that they are the bytes themselves.
    private static byte[] Codes(byte[] frame) =>
        [.. frame.Chunk(Run).SelectMany(run => (byte[])[Clear, .. run]), End];

    private static IEnumerable<byte> Blocks(byte[] codes) =>
        codes.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block]);
}
