using Shared;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>The bytes of a file or a stream, with a limit; never from what may not end.</summary>
internal static class ImageBytes
{
    public static ReadOnlySpan<byte> Read(string path)
    {
        try
        {
            return ReadRegularFile(path);
        }
        catch (FileNotFoundException e) when (Directory.Exists(path))
        {
            throw new ImageFileException($"'{path}' is a folder: name an image file in it.", e);
        }
        catch (Exception e) when (IsReadFailure(e) || e is ArgumentException)
        {
            throw new ImageFileException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads to the end, but what is no image only as far as its first bytes, which tell.</summary>
    public static ReadOnlySpan<byte> Read(Stream stream, string name)
    {
        using var buffer = new MemoryStream();
        byte[] block = new byte[1 << 16];
        try
        {
            for (int count; (count = stream.Read(block, 0, Room(buffer, block))) > 0;)
            {
                bool first = buffer.Length < FileTraits.SignatureLength;
                buffer.Write(block, 0, count);
                if (first && buffer.Length >= FileTraits.SignatureLength)
                    FileTraits.CheckSignature(Written(buffer), name);
            }
        }
        catch (Exception e) when (IsReadFailure(e))
        {
            throw new ImageFileException($"'{name}' cannot be read: {e.Message}", e);
        }
        return buffer.Length < ImageFile.MaxFileLength
            ? Written(buffer)
            : throw new ImageFileException(
                $"'{name}' has not ended after {ImageFile.MaxFileLength >> 20} MiB: no image is that long.");
    }

    private static bool IsReadFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException;

    private static int Room(MemoryStream buffer, byte[] block) =>
        (int)Math.Min(block.Length, ImageFile.MaxFileLength - buffer.Length);

    private static Span<byte> Written(MemoryStream buffer) => buffer.GetBuffer().AsSpan(0, (int)buffer.Length);

    private static ReadOnlySpan<byte> ReadRegularFile(string path)
    {
        // Opening a pipe waits for its writer. Pipes and devices have no length, which is known before.
        long length = RegularFile.LengthOf(path);
        if (length == 0)
            throw new ImageFileException(
                $"'{path}' is empty, or a pipe or a device: there is no image in it; give a regular file.");
        if (length >= ImageFile.MaxFileLength)
            throw new ImageFileException(
                $"'{path}' has {length} bytes: an image file of {ImageFile.MaxFileLength >> 20} MiB or more is not read.");
        return ReadWhole(path, length);
    }

    /// <summary>Reads a file that has this length, unless it has another by now.</summary>
    public static ReadOnlySpan<byte> ReadWhole(string path, long length)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // With room for one byte more, the read that brings the last byte shows as well that it is the last.
        byte[] file = new byte[length + 1];
        int count = 0;
        for (int read; count < length && (read = RandomAccess.Read(handle, file.AsSpan(count), count)) > 0;)
            count += read;
        if (count != length)
            throw new ImageFileException(
                $"'{path}' changed while it was read: of {length} bytes {count} came, and now it has {RandomAccess.GetLength(handle)}; "
                + "try again when it is complete.");
        return file.AsSpan(0, count);
    }
}
