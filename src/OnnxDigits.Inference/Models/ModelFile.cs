using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>Reads model files up to <see cref="MaxBytes"/>.</summary>
internal static class ModelFile
{
    /// <summary>65 MiB: <see cref="Volume.Most"/> float32 values and 1 MiB for the rest.</summary>
    public const int MaxBytes = (int)Volume.Most * sizeof(float) + (1 << 20);

    /// <exception cref="DigitModelException">The file cannot be read, or is too large.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DigitModelException(
                $"The model {OnnxText.Quote(path)} cannot be read: it is a folder. Name an ONNX file in it.");
        }
        try
        {
            if (RegularFile.LengthOf(path) == 0)
            {
                throw new DigitModelException(
                    $"The model {OnnxText.Quote(path)} is empty, or is a pipe or a device: name a regular ONNX file.");
            }
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(stream, Path.GetFileName(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DigitModelException(
                $"The model {OnnxText.Quote(path)} cannot be read: the file does not exist. Check its path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitModelException(
                $"The model {OnnxText.Quote(path)} cannot be read ({e.Message}): check its permissions.", e);
        }
    }

    /// <summary>Reads a stream to its end, or until it exceeds the limit.</summary>
    /// <exception cref="DigitModelException">The stream is too long.</exception>
    public static byte[] Read(Stream stream, string name)
    {
        // The length is 0 if it is unknown: the stream is not seekable, or it is a device.
        long length = stream.CanSeek ? stream.Length - stream.Position : 0;
        CheckLength(length, name);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(length > 0 ? (int)length : MaxBytes + 1);
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        CheckLength(read, name);
        return buffer[..read];
    }

    /// <exception cref="DigitModelException"><paramref name="bytes"/> exceeds the limit.</exception>
    public static void CheckLength(long bytes, string name)
    {
        if (bytes > MaxBytes)
        {
            var fault = new ModelFaultException(
                $"is larger than {MaxBytes:N0} bytes, the limit for a digit model", Remedy.UseOurs);
            throw fault.ToModelException(name);
        }
    }
}
