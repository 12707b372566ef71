using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Writes valid and invalid PNG files of every color type and bit depth.</summary>
internal static class Png
{
    public const int Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // Adam7: the first column and row of each pass, and the steps to the next ones.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static int Channels(int colour) => colour switch { Rgb => 3, GrayAlpha => 2, Rgba => 4, _ => 1 };

    /// <summary>Writes a complete file.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="depth">The number of bits per sample: 1, 2, 4, 8 or 16.</param>
    /// <param name="colour">The color type.</param>
    /// <param name="samples">The samples, row by row, with the channels of a pixel side by side.</param>
    /// <param name="interlaced">Indicates whether the file is interlaced (Adam7).</param>
    /// <param name="before">The chunks between the header and the pixels.</param>
    public static byte[] Write(
        int width,
        int height,
        int depth,
        int colour,
        ReadOnlySpan<int> samples,
        bool interlaced = false,
        params PngChunk[] before)
    {
        int channels = Channels(colour);
        var raw = new MemoryStream();
        foreach (var (x, y, stepX, stepY) in interlaced ? Passes : [(0, 0, 1, 1)])
        {
            for (int row = y; row < height && x < width; row += stepY)
            {
                raw.Write(Row(samples.Slice(row * width * channels, width * channels), x, stepX, depth, channels));
            }
        }
        return Join([Header(width, height, depth, colour, interlaced), .. before, Pixels(raw.ToArray()), End]);
    }

    public static PngChunk Header(int width, int height, int depth, int colour, bool interlaced = false)
    {
        byte[] data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[12]) = ((byte)depth, (byte)colour, (byte)(interlaced ? 1 : 0));
        return new("IHDR", data);
    }

    /// <summary>Returns a chunk of filtered rows.</summary>
    public static PngChunk Pixels(ReadOnlySpan<byte> rows) => new("IDAT", Compress(rows));

    /// <summary>Returns a chunk that repeats one filtered row.</summary>
    public static PngChunk Repeat(byte[] row, int count)
    {
        var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest))
        {
            for (int i = 0; i < count; i++) zlib.Write(row);
        }
        return new("IDAT", result.ToArray());
    }

    public static PngChunk End => new("IEND", []);

    /// <summary>Returns a text or profile chunk: a keyword, other fields, and compressed content.</summary>
    public static PngChunk Compressed(string type, byte[] between, ReadOnlySpan<byte> content) =>
        new(type, [.. "Comment"u8, 0, .. between, .. Compress(content)]);

    public static byte[] Join(IEnumerable<PngChunk> chunks) =>
        [.. Signature, .. chunks.SelectMany(chunk => chunk.ToBytes())];

    /// <summary>Returns the chunks of a valid file.</summary>
    public static List<PngChunk> Split(ReadOnlySpan<byte> file)
    {
        var chunks = new List<PngChunk>();
        for (var rest = file[Signature.Length..]; !rest.IsEmpty;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            chunks.Add(new(Encoding.Latin1.GetString(rest.Slice(4, 4)), rest.Slice(8, length).ToArray()));
            rest = rest[(length + 12)..];
        }
        return chunks;
    }

    public static byte[] Compress(ReadOnlySpan<byte> data)
    {
        var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest))
        {
            zlib.Write(data);
        }
        return result.ToArray();
    }

    private static byte[] Row(ReadOnlySpan<int> samples, int start, int step, int depth, int channels)
    {
        var bits = new List<byte> { 0 };
        int pending = 0, count = 0;
        for (int x = start; x < samples.Length / channels; x += step)
        {
            foreach (int sample in samples.Slice(x * channels, channels))
            {
                for (int bit = depth - 1; bit >= 0; bit--)
                {
                    pending = pending << 1 | sample >> bit & 1;
                    if (++count % 8 == 0) bits.Add((byte)pending);
                }
            }
        }
        if (count % 8 != 0) bits.Add((byte)(pending << 8 - count % 8));
        return [.. bits];
    }
}
