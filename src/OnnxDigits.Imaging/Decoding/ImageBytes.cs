using Shared;

namespace OnnxDigits.Imaging.Decoding;

/// <summary>Reads the bytes of image files and streams up to a limit.</summary>
internal static class ImageBytes
{
    private const long MaxMebibytes = ImageFile.MaxFileLength >> 20;

    /// <exception cref="ImageFileException">The file cannot be read, is too long, or is not a regular file.</exception>
    public static byte[] Read(string path)
    {
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
                throw ImageFileException.For(path, $"its {length} bytes exceed the limit of {MaxMebibytes} MiB.");
            }
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (IsReadFailure(e) || e is ArgumentException)
        {
            throw ImageFileException.For(path, Reason(e, path), e);
        }
    }

    /// <summary>Reads a stream to its end. Stops after the first block if the stream is not an image.</summary>
    /// <exception cref="ImageFileException">The stream fails, is too long, or is not an image.</exception>
    public static ReadOnlySpan<byte> Read(Stream stream, string? name)
    {
        using var buffer = new MemoryStream();
        byte[] block = new byte[1 << 16];
        try
        {
            for (int count; (count = stream.Read(block, 0, Room(buffer, block))) > 0;)
            {
                bool hadSignature = buffer.Length >= ImageHeader.SignatureLength;
                buffer.Write(block, 0, count);
                if (!hadSignature && buffer.Length >= ImageHeader.SignatureLength)
                {
                    ImageHeader.Read(Written(buffer), name);
                }
            }
        }
        catch (Exception e) when (IsReadFailure(e))
        {
            throw ImageFileException.For(name, e.Message, e);
        }
        return buffer.Length < ImageFile.MaxFileLength
            ? Written(buffer)
            : throw ImageFileException.For(name, $"it exceeds the limit of {MaxMebibytes} MiB.");
    }

    private static bool IsReadFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException;

    private static string Reason(Exception e, string path) => e switch
    {
        FileNotFoundException when Directory.Exists(path) => "it is a folder. Name an image file.",
        FileNotFoundException or DirectoryNotFoundException => "it does not exist.",
        EndOfStreamException => "it became shorter while it was read. Try again when it is complete.",
        UnauthorizedAccessException => "access is denied.",
        _ => e.Message,
    };

    private static int Room(MemoryStream buffer, byte[] block) =>
        (int)Math.Min(block.Length, ImageFile.MaxFileLength - buffer.Length);

    private static ReadOnlySpan<byte> Written(MemoryStream buffer) => buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
}
