using System.Buffers.Binary;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>The markers of a JPEG file up to its first scan.</summary>
internal static class JpegFile
{
    private const byte StartOfFrame = 0xC0;
    private const byte StartOfScan = 0xDA;

    // Each block of 64 samples takes a bit or more, and components of unlike sampling can halve the number of blocks.
    // Arithmetic coding can do with less, but only on a page with nothing on it.
    private const int MostPixelsPerByte = 8 * 64 * 2;

    public static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    public static FileTraits ReadTraits(ReadOnlySpan<byte> file)
    {
        var traits = new FileTraits { MostPixelsPerByte = MostPixelsPerByte, DecodesRows = true };
        ReadOnlySpan<byte> frame = default;
        bool progressive = false;
        for (var rest = file[2..]; TryReadSegment(ref rest, out byte marker, out var data);)
        {
            if (IsFrame(marker) && data.Length >= 6)
            {
                frame = data;
                progressive = marker % 4 == 2;
            }
            // Several scans: the coefficients of the whole picture are kept, two bytes each.
            else if (marker == StartOfScan)
                return frame.Length >= 6 && (progressive || data is [var components, ..] && components < frame[5])
                    ? traits with { DecoderBytesPerPixel = 2 * SamplesPerPixel(frame) }
                    : traits;
        }
        return traits;
    }

    private static double SamplesPerPixel(ReadOnlySpan<byte> frame)
    {
        int sum = 0, across = 1, down = 1;
        for (var component = frame[6..]; component.Length >= 3; component = component[3..])
        {
            int horizontal = component[1] >> 4, vertical = component[1] & 15;
            sum += horizontal * vertical;
            across = Math.Max(across, horizontal);
            down = Math.Max(down, vertical);
        }
        return (double)sum / (across * down);
    }

    // C4, C8 and CC are tables and extensions.
    private static bool IsFrame(byte marker) => (marker & 0xF0) == StartOfFrame && marker is not (0xC4 or 0xC8 or 0xCC);

    private static bool TryReadSegment(scoped ref ReadOnlySpan<byte> rest, out byte marker, out ReadOnlySpan<byte> data)
    {
        marker = 0;
        data = default;
        // The decoder skips stray bytes between segments, and so does this.
        int start = rest.IndexOf((byte)0xFF);
        if (start < 0)
            return false;
        rest = rest[start..];
        int name = rest.IndexOfAnyExcept((byte)0xFF);
        if (name < 0 || rest.Length < name + 3)
            return false;
        marker = rest[name];
        rest = rest[(name + 1)..];
        // Restart markers, the start of the image and a zero that was stuffed in stand alone.
        if (marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
            return true;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length < 2 || length > rest.Length)
            return false;
        data = rest[2..length];
        rest = rest[length..];
        return true;
    }
}
