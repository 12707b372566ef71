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
    public void Write_Device_Throws() =>
        AssertFails("/dev/null", "it is a device; choose the path of a file.");

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
