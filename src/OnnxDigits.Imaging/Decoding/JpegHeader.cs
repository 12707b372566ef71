using System.Buffers.Binary;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reads the segments of JPEG files.</summary>
internal static class JpegHeader
{
    private const byte StartOfFrame = 0xC0;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    // A block of 64 samples takes at least one bit, and chroma subsampling can halve the number of blocks. Arithmetic
    // coding needs even less, but only for blank images.
    private const int MaxPixelsPerByte = 8 * 64 * 2;

    public static ReadOnlySpan<byte> Signature => [0xFF, 0xD8, 0xFF];

    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        var header = new ImageHeader
        {
            MaxPixelsPerByte = MaxPixelsPerByte,
            MaxPixelsFactor = 4,
            Rows = RowAccess.Scanlines,
            IsScalable = true,
            IsComplete = false,
        };
        ReadOnlySpan<byte> frame = default;
        bool isProgressive = false, hasScan = false;
        for (var rest = file[2..]; TryReadSegment(ref rest, out byte marker, out var data);)
        {
            if (marker == EndOfImage) return header with { IsComplete = true };
            if (IsFrame(marker) && data.Length >= 6 && !hasScan)
            {
                frame = data;
                isProgressive = marker % 4 == 2;
            }
            else if (marker == StartOfScan && !hasScan)
            {
                hasScan = true;
                // With several scans, the decoder keeps all coefficients in memory, two bytes each.
                bool hasSeveralScans = frame.Length >= 6
                    && (isProgressive || (data is [var components, ..] && components < frame[5]));
                if (hasSeveralScans) header = header with { DecoderBytesPerPixel = 2 * SamplesPerPixel(frame) };
            }
        }
        return header;
    }

    private static double SamplesPerPixel(ReadOnlySpan<byte> frame)
    {
        int samples = 0, width = 1, height = 1;
        for (var component = frame[6..]; component.Length >= 3; component = component[3..])
        {
            int horizontal = component[1] >> 4, vertical = component[1] & 15;
            samples += horizontal * vertical;
            width = Math.Max(width, horizontal);
            height = Math.Max(height, vertical);
        }
        return (double)samples / (width * height);
    }

    // C4, C8 and CC are tables and extensions.
    private static bool IsFrame(byte marker) => (marker & 0xF0) == StartOfFrame && marker is not (0xC4 or 0xC8 or 0xCC);

    private static bool TryReadSegment(scoped ref ReadOnlySpan<byte> rest, out byte marker, out ReadOnlySpan<byte> data)
    {
        marker = 0;
        data = default;
        // The pixels of a scan and stray bytes between segments are skipped.
        int start = rest.IndexOf((byte)0xFF);
        if (start < 0) return false;
        rest = rest[start..];
        int name = rest.IndexOfAnyExcept((byte)0xFF);
        if (name < 0) return false;
        marker = rest[name];
        rest = rest[(name + 1)..];
        // Restart markers, the start and end of the image, and stuffed zeros have no data.
        if (marker is 0 or 1 or (>= 0xD0 and <= EndOfImage)) return true;
        if (rest.Length < 2) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length < 2 || length > rest.Length) return false;
        data = rest[2..length];
        rest = rest[length..];
        return true;
    }
}
