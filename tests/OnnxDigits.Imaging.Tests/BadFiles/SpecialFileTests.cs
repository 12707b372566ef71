using System.Diagnostics;
using OnnxDigits.Imaging.Fixtures;

namespace OnnxDigits.Imaging.Tests.BadFiles;

/// <summary>Pipes, devices and other special files are rejected without waiting for them.</summary>
public class SpecialFileTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory().FullName;

    public SpecialFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs the special files of Linux.");

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
        {
            mkfifo.WaitForExit();
        }
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
        AssertRefused(Path.Combine(Folder, "missing.png"), "does not exist");
        AssertRefused(Path.Combine(Folder, "missing", "3.png"), "does not exist");
        AssertRefused(Link(Path.Combine(Folder, "gone.png")), "does not exist");
        AssertRefused("with\0zero.png", "Cannot read");
    }

    [Fact]
    public void Decode_LinkToItself_SaysWhat()
    {
        string path = Path.Combine(Folder, "loop.png");
        File.CreateSymbolicLink(path, path);
        AssertRefused(path, "Cannot read");
    }

    [Fact]
    public void Decode_TooLongFile_IsRefusedUnread()
    {
        string path = Path.Combine(Folder, "long.png");
        using (var file = File.Create(path))
        {
            file.SetLength(ImageFile.MaxFileLength);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(path, "80000000 bytes", "the limit of 80 MB");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Decode_FileShorterThanItsLength_SaysThatItBecameShorter() =>
        // Linux reports a length of one page for this file, which has only a few bytes.
        AssertRefused("/sys/kernel/mm/transparent_hugepage/enabled", "became shorter while it was read");

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
