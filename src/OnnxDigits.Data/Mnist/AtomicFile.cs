namespace OnnxDigits.Data.Mnist;

/// <summary>Files that appear whole or not at all.</summary>
internal static class AtomicFile
{
    /// <exception cref="IOException">The file cannot be written; the message names it and says why.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        // Beside the target, because a rename is atomic only within one file system.
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            // Where the folder is not there, Delete would complain of that.
            if (File.Exists(temporary))
                File.Delete(temporary);
            if (e is IOException or UnauthorizedAccessException || FileTooLarge.Is(e))
                throw new IOException($"{path} cannot be written: {Reason(path, e)}", e);
            throw;
        }
    }

    // The system's own sentence would name the temporary file.
    private static string Reason(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => "it is a folder; name a file.",
        UnauthorizedAccessException => "permission is denied; name another place.",
        DirectoryNotFoundException => "its folder is not there; make it first.",
        _ => FileTooLarge.Reason(e),
    };
}
