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
        File.CreateSymbolicLink(link, "/dev/full");
        Assert.All([pipe, link, "/dev/null", "/dev/stdout"], path =>
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
        string target = _folder.At("folder/target"), link = _folder.At("link");
        Directory.CreateDirectory(_folder.At("folder"));
        if (targetExists) File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "folder/target");

        AtomicFile.Write(link, stream => stream.Write("new"u8));

        Assert.Equal("folder/target", new FileInfo(link).LinkTarget);
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

    [Theory]
    [InlineData(28, "No space left on device", "the disk is full; free some space or choose another path.")]
    [InlineData(30, "Read-only file system", "Read-only file system; choose another path.")]
    public void Error_SystemError_GivesTheReasonWithoutTheTemporaryName(int code, string message, string reason)
    {
        IOException error = AtomicFile.Error("out", new IOException($"{message} : 'out.abc.tmp'", code));

        Assert.Equal($"'out' cannot be written: {reason}", error.Message);
    }

    private static void AssertFails(string path, string reason)
    {
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1)));
        Assert.Equal($"'{path}' cannot be written: {reason}", error.Message);
    }
}
