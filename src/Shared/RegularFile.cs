namespace Shared;

/// <summary>Tells files from pipes, which wait for their writer when they are opened, and from devices.</summary>
internal static class RegularFile
{
    /// <summary>The length of a file, or of the file that a link leads to, in bytes; 0 for a pipe or a device.</summary>
    /// <exception cref="IOException">There is no such file, or the link leads nowhere.</exception>
    public static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)!.FullName).Length
            : file.Length;
    }
}
