using OnnxDigits.Cli.Inputs;

namespace OnnxDigits.Cli.Tests;

public sealed class InputFinderTests : IDisposable
{
    private readonly DigitFolder _folder = new();

    public InputFinderTests()
    {
        foreach (string name in new[] { "a/1.png", "a/b/2.JPG", "a/b/c/3.webp", "a/10.png", "a/x.txt", "top.bmp" })
        {
            _folder.Write(name, []);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_Folder_TakesImagesToTheBottomInOrdinalOrder() =>
        Assert.Equal(["a/1.png", "a/10.png", "a/b/2.JPG", "a/b/c/3.webp", "top.bmp"], Find(""));

    [Theory]
    [InlineData("a/*.png", "a/1.png", "a/10.png")]
    [InlineData("a/?.png", "a/1.png")]
    [InlineData("**/*.JPG", "a/b/2.JPG")]
    [InlineData("a/**/3.webp", "a/b/c/3.webp")]
    [InlineData("*/b/*", "a/b/2.JPG")]
    [InlineData("a/*.txt", "a/x.txt")]
    [InlineData("none/*.png")]
    public void Find_Glob_TakesWhatMatches(string glob, params string[] expected) => Assert.Equal(expected, Find(glob));

    [Theory]
    [InlineData("photo.jfif")]
    [InlineData("PHOTO.HEIC")]
    [InlineData("scan.tiff")]
    [InlineData("drawing.svg")]
    [InlineData("raw.cr3")]
    public void Find_PictureOfAnyFormat_IsAnInput(string name)
    {
        _folder.Write($"other/{name}", []);
        Assert.Equal([$"other/{name}"], Find("other"));
    }

    [Fact]
    public void Find_OtherFiles_AreCountedByExtensionOnce()
    {
        foreach (string name in new[] { "1.TXT", "2.txt", "README", ".DS_Store", "._1.png", ".hidden.png", "c/3.csv" })
        {
            _folder.Write($"a/{name}", []);
        }
        var inputs = new InputFinder(new InputFilter([], ["*.csv"])).Find([_folder.Path, _folder.Combine("a")]);
        Assert.Contains(_folder.Combine("a/.hidden.png"), inputs.Files.Select(file => file.Path));
        Assert.Equal("6 files skipped: 3 .txt, 2 hidden, 1 without extension", inputs.Skipped.Describe());
        Assert.Empty(inputs.Skipped.EmptyPaths);
    }

    [Fact]
    public void Find_PathsWithoutImages_AreNamed()
    {
        _folder.Write("only/x.txt", []);
        string[] paths = [.. new[] { "only", "a", "none/*.png", "top.bmp" }.Select(_folder.Combine)];
        Assert.Equal([paths[0], paths[2]], new InputFinder(new([], [])).Find(paths).Skipped.EmptyPaths);
    }

    [Fact]
    public void Find_SameFileTwice_IsOneInput() => Assert.Equal(["a/1.png", "a/10.png"], Find("a/1.png", "a/*.png"));

    [Theory]
    [InlineData("3/x.png", 3)]
    [InlineData("3x/x.png", null)]
    [InlineData("33/x.png", null)]
    [InlineData("x.png", null)]
    public void Label_Path_IsTheDigitOfTheParentFolder(string path, int? label) =>
        Assert.Equal(label, new InputFile(path).Label);

    private string[] Find(params string[] names)
    {
        var paths = names.Select(name => name.Length == 0 ? _folder.Path : _folder.Combine(name));
        return [.. new InputFinder(new([], [])).Find(paths).Files
            .Select(file => Path.GetRelativePath(_folder.Path, file.Path).Replace('\\', '/'))];
    }
}
