namespace Shared;

/// <summary>
/// Distinguishes files from pipes and devices without opening them, because opening a pipe may block.
/// </summary>
internal static class RegularFile
{
    /// <summary>Returns the length of a file in bytes, following links. Pipes and devices have length 0.</summary>
    /// <exception cref="IOException">The file or the target of the link does not exist.</exception>
    public static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName).Length
            : file.Length;
    }
}
