using Shared;

namespace OnnxDigits.Inference.Models;

/// <summary>Reads a model's bytes, of which there are never more than a digit model needs.</summary>
internal static class ModelFile
{
    /// <summary>The longest file: <see cref="Volume.Most"/> float32 values, and a mebibyte for the rest.</summary>
    public const int MostBytes = (int)Volume.Most * sizeof(float) + (1 << 20);

    /// <exception cref="DigitModelException">The file cannot be read, or is too large.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path))
            throw new DigitModelException(
                $"The model {Quote.Of(path)} cannot be read: it is a folder; name the ONNX file in it.");
        try
        {
            if (RegularFile.LengthOf(path) == 0)
                throw new DigitModelException(
                    $"The model {Quote.Of(path)} is empty, or a pipe or a device: name the ONNX file itself.");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(stream, Path.GetFileName(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DigitModelException(
                $"The model {Quote.Of(path)} cannot be read: there is no such file; check its path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DigitModelException(
                $"The model {Quote.Of(path)} cannot be read ({e.Message}): check the file and its permissions.", e);
        }
    }

    /// <summary>Reads to the end, or to where it is clear that the rest is too long.</summary>
    /// <exception cref="DigitModelException">There is too much.</exception>
    public static byte[] Read(Stream stream, string name)
    {
        // Only a stream that can seek knows its length, and that of a device is 0, whatever it gives.
        long length = stream.CanSeek ? stream.Length - stream.Position : 0;
        CheckLength(length, name);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(length > 0 ? (int)length : MostBytes + 1);
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        CheckLength(read, name);
        return buffer[..read];
    }

    /// <exception cref="DigitModelException">A model of so many bytes is too large.</exception>
    public static void CheckLength(long bytes, string name)
    {
        if (bytes > MostBytes)
            throw new ModelFaultException(
                $"is larger than {MostBytes:N0} bytes, which no digit model is", Remedy.GiveOurs).Of(name);
    }
}
