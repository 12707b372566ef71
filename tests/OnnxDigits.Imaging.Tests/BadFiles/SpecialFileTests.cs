using System.Diagnostics;
using OnnxDigits.Imaging.Decoding;
using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Paths that lead to no regular file: refused at once, never waited for.</summary>
public class SpecialFileTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory().FullName;

    public SpecialFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "These are Linux's special files.");

    public static TheoryData<string, string> Devices => new()
    {
        { "/dev/zero", "a pipe or a device" },
        { "/dev/null", "a pipe or a device" },
        { "/dev/urandom", "a pipe or a device" },
        { "/dev", "is a folder" },
        { "/proc/self/status", "is empty" },
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public void Decode_Device_IsRefusedAtOnce(string path, string message)
    {
        AssertRefused(path, message);
        AssertRefused(Link(path), message);
    }

    [Fact]
    public void Decode_NamedPipe_IsRefusedAtOnce()
    {
        string pipe = Path.Combine(Folder, "pipe.png");
        using (var mkfifo = Process.Start("mkfifo", [pipe]))
            mkfifo.WaitForExit();
        AssertRefused(pipe, "a pipe or a device");
        AssertRefused(Link(pipe), "a pipe or a device");
    }

    [Fact]
    public void Decode_LinkToAnImage_IsRead()
    {
        string path = Path.Combine(Folder, "three.png");
        File.WriteAllBytes(path, Png.Write(5, 4, 8, Png.Gray, new int[20]));
        Assert.Equal(5, ImageFile.Decode(Link(Link(path))).Width);
    }

    [Fact]
    public void Decode_Nowhere_SaysWhat()
    {
        AssertRefused(Path.Combine(Folder, "missing.png"), "cannot be read");
        AssertRefused(Path.Combine(Folder, "missing", "3.png"), "cannot be read");
        AssertRefused(Link(Path.Combine(Folder, "gone.png")), "cannot be read");
        AssertRefused("with\0zero.png", "cannot be read");
    }

    [Fact]
    public void Decode_LinkToItself_SaysWhat()
    {
        string path = Path.Combine(Folder, "loop.png");
        File.CreateSymbolicLink(path, path);
        AssertRefused(path, "cannot be read");
    }

    [Fact]
    public void Decode_TooLongFile_IsRefusedUnread()
    {
        string path = Path.Combine(Folder, "long.png");
        using (var file = File.Create(path))
            file.SetLength(ImageFile.MaxFileLength);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, "134217728 bytes", "128 MiB or more");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Decode_FileShorterThanItSays_SaysThatItChanged() =>
        // Linux says that this one has a page of bytes, and it has a few.
        AssertRefused("/sys/kernel/mm/transparent_hugepage/enabled", "changed while it was read");

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void ReadWhole_FileOfAnotherLengthByNow_SaysThatItChanged(long lengthBefore)
    {
        string path = Path.Combine(Folder, $"of-4-bytes-{lengthBefore}.png");
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        var error = Assert.Throws<ImageFileException>(() => { _ = ImageBytes.ReadWhole(path, lengthBefore); });
        Assert.Contains($"changed while it was read: of {lengthBefore} bytes 4 came, and now it has 4", error.Message);
    }

    [Fact]
    public void ReadWhole_FileOfTheSameLength_GivesItsBytes()
    {
        string path = Path.Combine(Folder, "of-4-bytes.png");
        File.WriteAllBytes(path, [1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], ImageBytes.ReadWhole(path, 4).ToArray());
    }

    private static string Link(string target)
    {
        string link = Path.Combine(Folder, $"{Guid.NewGuid():N}.png");
        File.CreateSymbolicLink(link, target);
        return link;
    }

    private static void AssertRefused(string path, params string[] message)
    {
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<ImageFileException>(() => ImageFile.Decode(path));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
        Assert.Contains(path, error.Message);
        Assert.All(message, part => Assert.Contains(part, error.Message));
    }
}
