using System.Text.RegularExpressions;
using OnnxDigits.Imaging.Fixtures;
using OnnxDigits.Tests;

namespace OnnxDigits.Imaging.Tests.BadFiles;

[Collection(nameof(Alone))]
public class BadImageTests
{
    private static readonly Dictionary<string, NamedFile> Files =
        ForeignFiles.All.Concat(BadPngs.All).Concat(OtherBadImages.All).ToDictionary(file => file.Name);

    public static TheoryData<string> Names => [.. Files.Keys];

    /// <summary>The files whose names claim a side of thousands of pixels.</summary>
    public static TheoryData<string> HugeNames => [.. Files.Keys.Where(name => Regex.IsMatch(name, "[0-9],[0-9]{3}"))];

    [Fact]
    public void Names_OfBadFiles_AreMoreThanSixty() => Assert.InRange(Files.Count, 60, 1000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_BadFile_SaysWhyWithinTheLimits(string name)
    {
        byte[] file = Files[name].Create();
        ImageFileException? error = null;
        Limits.Watch(() => error = Assert.Throws<ImageFileException>(() => ImageFile.Decode(file, "3.png")));

        Assert.StartsWith("Cannot read '3.png': ", error!.Message);
        Assert.All(Files[name].Message, part => Assert.Contains(part, error.Message));
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [MemberData(nameof(HugeNames))]
    public void Decode_HugeClaim_IsRefusedBeforeMemoryIsTaken(string name)
    {
        byte[] file = Files[name].Create();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Limits.Watch(() => Assert.Throws<ImageFileException>(() => ImageFile.Decode(file)), mebibytes: 8);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}

/// <summary>Tests that measure the memory and processor time of the process, and so run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
