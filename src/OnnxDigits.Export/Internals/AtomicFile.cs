namespace OnnxDigits.Export.Internals;

/// <summary>Writes a file so that its name never stands for half of its content.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = File.Create(temporary)) write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where even the temporary file could not be made there is nothing to delete.
            if (File.Exists(temporary)) File.Delete(temporary);
            throw new IOException(
                $"The ONNX file '{path}' could not be written ({exception.Message.TrimEnd('.')}): "
                    + "choose an existing folder that you may write to.", exception);
        }
    }
}
