using System.Runtime.InteropServices;

namespace Shared;

/// <summary>Identifies a file or folder, regardless of the path or link that names it.</summary>
/// <remarks>
/// On systems other than Linux, the final path identifies a file, so hard links to it count as other files.
/// </remarks>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, string? Path)
{
    private const int CurrentFolder = -100;
    private const uint TypeAndInode = 0x101;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>Returns the identity of a file or folder, or <c>null</c> if it cannot be found.</summary>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return TryGetStatus(path, out var status)
                ? new(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode, null)
                : null;
        }
        if (!System.IO.Path.Exists(path)) return null;
        string full = System.IO.Path.GetFullPath(path);
        full = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        return new(0, 0, OperatingSystem.IsWindows() ? full.ToUpperInvariant() : full);
    }

    /// <summary>Indicates whether a path names a device, a pipe or a socket. Nothing is opened.</summary>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return TryGetStatus(path, out var status) && (status.Mode & TypeMask) is not (RegularFile or Folder);
        }
        return path.StartsWith("/dev/", StringComparison.Ordinal);
    }

    private static bool TryGetStatus(string path, out Status status) =>
        GetStatus(CurrentFolder, path, 0, TypeAndInode, out status) == 0;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int folder, string path, int flags, uint mask, out Status status);

    /// <summary>The fields of <c>struct statx</c>, which has the same layout on all processors.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
