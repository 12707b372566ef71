using System.Diagnostics;
using Shared;

namespace OnnxDigits.Data.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_FileExists_ReplacesItAndLeavesNothingElse()
    {
        string path = _folder.At("file");
        File.WriteAllText(path, "old");

        AtomicFile.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
        if (!OperatingSystem.IsLinux()) return;
        // The handle that flushes the folder is closed.
        IEnumerable<string?> open = Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(file => new FileInfo(file).LinkTarget);
        Assert.DoesNotContain(_folder.Path, open);
    }

    [Fact]
    public void Write_Content_ReachesTheDisk()
    {
        if (!OperatingSystem.IsLinux()) return;
        string path = _folder.At("file");
        AtomicFile.Write(path, stream => stream.Write(new byte[1 << 20]));

        // The kernel counts the bytes of a deleted file that never reached the disk.
        string before = Cancelled();
        File.Delete(path);
        Assert.Equal(before, Cancelled());

        static string Cancelled() =>
            File.ReadLines("/proc/thread-self/io").Single(line => line.StartsWith("cancelled_write_bytes"));
    }

    [Fact]
    public void Write_TwoAtOnce_BothSucceed()
    {
        string path = _folder.At("file");
        using (AtomicFile first = AtomicFile.Create(path), second = AtomicFile.Create(path))
        {
            first.Write(stream => stream.Write("first"u8));
            second.Commit();
            first.Commit();
            Assert.Equal("first", File.ReadAllText(path));
        }

        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_FolderVanishes_Throws()
    {
        if (OperatingSystem.IsWindows()) return;
        string path = _folder.At("folder/file");
        Directory.CreateDirectory(_folder.At("folder"));

        var error = Assert.Throws<IOException>(() =>
            AtomicFile.Write(path, _ => Directory.Delete(_folder.At("folder"), recursive: true)));

        Assert.Equal(
            $"'{path}' cannot be written: its folder does not exist or cannot hold files; choose another path.",
            error.Message);
    }

    [Fact]
    public void Write_ToDevShm_Succeeds()
    {
        if (!OperatingSystem.IsLinux()) return;
        string path = Path.Combine("/dev/shm", Path.GetRandomFileName());
        AtomicFile.Write(path, stream => stream.WriteByte(1));
        File.Delete(path);
    }

    [Fact]
    public void Write_ContentThrows_LeavesTheOldFile()
    {
        string path = _folder.At("file");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => throw new IOException("It broke.")));

        Assert.Equal($"'{path}' cannot be written: It broke; choose another path.", error.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Dispose_NotCommitted_LeavesNothing()
    {
        using (var file = AtomicFile.Create(_folder.At("file")))
        {
            file.Stream.WriteByte(1);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_PathIsAFolder_ThrowsAndLeavesNothing()
    {
        string path = _folder.At("folder");
        Directory.CreateDirectory(path);

        AssertFails(path, "it is a folder; choose the path of a file.");
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_FolderMissing_Throws() =>
        AssertFails(_folder.At("missing/file"), "its folder does not exist or cannot hold files; choose another path.");

    [Fact]
    public void Write_DeviceOrPipe_ThrowsAndLeavesIt()
    {
        if (!OperatingSystem.IsLinux()) return;
        string pipe = _folder.At("pipe"), link = _folder.At("link");
        Process.Start("mkfifo", pipe).WaitForExit();
        File.CreateSymbolicLink(link, pipe);
        // No device, because root would lose it if this test failed.
        string device = Path.Combine("/dev", Path.GetRandomFileName());
        Assert.All([pipe, link, device], path =>
            AssertFails(path, "it is a device, pipe or socket; choose the path of a file."));
        Assert.Equal([link, pipe], Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void Write_FileExists_KeepsItsPermissions(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        string path = _folder.At("file");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, mode);

        using (var file = AtomicFile.Create(path))
        {
            string temporary = Directory.GetFiles(_folder.Path, "*.tmp").Single();
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(temporary) & ~mode);
            file.Commit();
        }

        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Write_ReadOnlyFile_ThrowsAndLeavesIt()
    {
        string path = _folder.At("file");
        File.WriteAllText(path, "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        AssertFails(path, "it is read-only; choose another path.");

        Assert.Equal("old", File.ReadAllText(path));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_SymbolicLink_ReplacesItsTarget(bool targetExists)
    {
        if (OperatingSystem.IsWindows()) return;
        string target = _folder.At("folder/target"), middle = _folder.At("folder/middle"), link = _folder.At("link");
        Directory.CreateDirectory(_folder.At("folder"));
        if (targetExists) File.WriteAllText(target, "old");
        File.CreateSymbolicLink(middle, "target");
        File.CreateSymbolicLink(link, "folder/middle");

        AtomicFile.Write(link, stream => stream.Write("new"u8));

        Assert.Equal(("folder/middle", "target"), (new FileInfo(link).LinkTarget, new FileInfo(middle).LinkTarget));
        Assert.Equal("new", File.ReadAllText(target));
    }

    [Fact]
    public void Write_LinksInALoop_Throws()
    {
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(_folder.At("a"), _folder.At("b"));
        File.CreateSymbolicLink(_folder.At("b"), _folder.At("a"));
        Assert.Throws<IOException>(() => AtomicFile.Write(_folder.At("a"), stream => stream.WriteByte(1)));
    }

    [Fact]
    public void FileIdentity_Links_AreTheFile()
    {
        if (!OperatingSystem.IsLinux()) return;
        string file = _folder.At("file"), copy = _folder.At("copy"), hard = _folder.At("hard"), link = _folder.At("link");
        File.WriteAllText(file, "text");
        File.Copy(file, copy);
        File.CreateSymbolicLink(link, file);
        Process.Start("ln", [file, hard]).WaitForExit();

        Assert.NotNull(FileIdentity.Of(file));
        Assert.Equal(FileIdentity.Of(file), FileIdentity.Of(hard));
        Assert.Equal(FileIdentity.Of(file), FileIdentity.Of(link));
        Assert.NotEqual(FileIdentity.Of(file), FileIdentity.Of(copy));
        Assert.Null(FileIdentity.Of(_folder.At("none")));
    }

    /// <summary>Exceptions of a write, and the reasons in the messages.</summary>
    public static TheoryData<Exception, string> Errors => new()
    {
        {
            new IOException("No space left on device : 'out.abc.tmp'", 28),
            "the disk is full; free some space or choose another path."
        },
        { new IOException("Read-only file system : 'out.abc.tmp'"), "Read-only file system; choose another path." },
        { new UnauthorizedAccessException("Access denied."), "permission denied; choose another path." },
        {
            new ArgumentOutOfRangeException("value"),
            "it would exceed the size limit of its file system or of this process."
        },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_SystemError_GivesTheReasonWithoutTheTemporaryName(Exception exception, string reason)
    {
        Assert.True(AtomicFile.IsWriteError(exception));
        Assert.Equal($"'out' cannot be written: {reason}", AtomicFile.Error("out", exception).Message);
    }

    private static void AssertFails(string path, string reason)
    {
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));
        Assert.Equal($"'{path}' cannot be written: {reason}", error.Message);
    }
}
