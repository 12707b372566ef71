namespace TorchOnnx.Graph;

/// <summary>Writes a file so that its name never stands for half of its content.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = File.Create(temporary)) write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception exception)
        {
            // Where even the temporary file could not be made there is nothing to delete.
            if (File.Exists(temporary)) File.Delete(temporary);
            // .NET reports a file beyond what its file system allows (EFBIG) as a wrong argument of its own.
            if (exception is not (IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" })) throw;
            throw new IOException(
                $"The ONNX file '{path}' could not be written ({exception.Message.TrimEnd('.')}): "
                    + "choose an existing folder that you may write to.", exception);
        }
    }
}
