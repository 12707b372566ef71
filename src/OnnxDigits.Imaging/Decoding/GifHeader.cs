namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reads the blocks of GIF files.</summary>
internal static class GifHeader
{
    private const int FileHeaderLength = 13;
    private const int FrameHeaderLength = 10;
    private const byte Extension = 0x21, Frame = 0x2C;

    public static ImageHeader Read(ReadOnlySpan<byte> file) => new()
    {
        // Frames that don't cover the picture are decoded into a separate buffer.
        DecoderBytesPerPixel = 4,
        IsComplete = HasTrailer(file),
    };

    private static bool HasTrailer(ReadOnlySpan<byte> file)
    {
        if (!TrySkipWithPalette(ref file, FileHeaderLength, flagsAt: 10)) return false;
        while (!file.IsEmpty)
        {
            switch (file[0])
            {
                case Extension:
                    if (!TrySkipBlocks(ref file, start: 2)) return false;
                    break;
                case Frame:
                    // One byte with the code size comes before the blocks.
                    if (!TrySkipWithPalette(ref file, FrameHeaderLength, flagsAt: 9)) return false;
                    if (!TrySkipBlocks(ref file, start: 1)) return false;
                    break;
                default:
                    // The decoder ignores bytes that don't start a block.
                    return true;
            }
        }
        return false;
    }

    private static bool TrySkipWithPalette(ref ReadOnlySpan<byte> file, int length, int flagsAt)
    {
        if (file.Length < length) return false;
        int flags = file[flagsAt], palette = (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
        if (file.Length < length + palette) return false;
        file = file[(length + palette)..];
        return true;
    }

    private static bool TrySkipBlocks(ref ReadOnlySpan<byte> file, int start)
    {
        int at = start;
        while (at < file.Length && file[at] > 0) at += file[at] + 1;
        if (at >= file.Length) return false;
        file = file[(at + 1)..];
        return true;
    }
}
