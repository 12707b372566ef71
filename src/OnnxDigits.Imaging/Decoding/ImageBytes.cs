using Shared;
using SkiaSharp;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reads the bytes of image files and streams up to a limit.</summary>
internal static class ImageBytes
{
    private const long MaxMegabytes = ImageFile.MaxFileLength / 1_000_000;

    private const int BlockLength = 1 << 16;
    private const int LongStream = 4 << 20;

    /// <summary>Reads a file into native memory, which the garbage collector doesn't have to free.</summary>
    /// <exception cref="ImageFileException">The file cannot be read, is too long, or is not a regular file.</exception>
    public static unsafe SKData Read(string path)
    {
        SKData? bytes = null;
        try
        {
            // Opening a pipe would block until it has a writer. Pipes and devices have no length.
            long length = RegularFile.LengthOf(path);
            if (length == 0)
            {
                throw ImageFileException.For(path, "it is empty, a pipe or a device. Name a regular file.");
            }
            if (length >= ImageFile.MaxFileLength)
            {
                throw ImageFileException.For(path, $"its {length} bytes exceed the limit of {MaxMegabytes} MB.");
            }
            bytes = SKData.Create(length);
            using var file = File.OpenRead(path);
            file.ReadExactly(new Span<byte>((void*)bytes.Data, (int)length));
            return bytes;
        }
        catch (Exception e) when (IsReadFailure(e) || e is ArgumentException)
        {
            bytes?.Dispose();
            throw ImageFileException.For(path, Reason(e, path), e);
        }
    }

    /// <summary>Reads a stream to its end. Stops after the first block if the stream is not an image.</summary>
    /// <exception cref="ImageFileException">The stream fails, is too long, or is not an image.</exception>
    public static ReadOnlySpan<byte> Read(Stream stream, string? name)
    {
        byte[] buffer = new byte[BlockLength];
        int length = 0;
        try
        {
            for (int count; (count = stream.Read(buffer, length, Room(buffer, length))) > 0;)
            {
                bool hadSignature = length >= ImageHeader.SignatureLength;
                length += count;
                if (!hadSignature && length >= ImageHeader.SignatureLength
                    && !TiffDecoder.IsTiff(buffer.AsSpan(0, length)))
                {
                    ImageHeader.Read(buffer.AsSpan(0, length), name);
                }
                if (length == buffer.Length && length < ImageFile.MaxFileLength) buffer = Grow(buffer);
            }
        }
        catch (Exception e) when (IsReadFailure(e))
        {
            throw ImageFileException.For(name, e.Message, e);
        }
        return length < ImageFile.MaxFileLength
            ? buffer.AsSpan(0, length)
            : throw ImageFileException.For(name, $"it exceeds the limit of {MaxMegabytes} MB.");
    }

    private static int Room(byte[] buffer, int length) => Math.Min(BlockLength, buffer.Length - length);

    /// <summary>
    /// Returns a longer copy. A long buffer grows to the limit at once, so that it is copied only once.
    /// </summary>
    private static byte[] Grow(byte[] buffer)
    {
        int length = buffer.Length < LongStream ? 2 * buffer.Length : (int)ImageFile.MaxFileLength;
        // Uninitialized memory takes no physical memory until it is written.
        byte[] longer = GC.AllocateUninitializedArray<byte>(length);
        buffer.CopyTo(longer, 0);
        return longer;
    }

    private static bool IsReadFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException;

    private static string Reason(Exception e, string path) => e switch
    {
        FileNotFoundException when Directory.Exists(path) => "it is a folder. Name an image file.",
        // .NET replaces the bytes that aren't UTF-8, and the path with the replacements does not exist.
        FileNotFoundException or DirectoryNotFoundException when path.Contains('\uFFFD') =>
            "its name is not valid UTF-8. Rename it.",
        FileNotFoundException or DirectoryNotFoundException => "it does not exist.",
        EndOfStreamException => "it became shorter while it was read. Try again when it is complete.",
        UnauthorizedAccessException => "access is denied.",
        _ => e.Message,
    };
}
