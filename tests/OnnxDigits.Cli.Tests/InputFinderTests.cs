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

    [Fact]
    public void Find_SameFileTwice_IsOneInput() => Assert.Equal(["a/1.png", "a/10.png"], Find("a/1.png", "a/*.png"));

    [Fact]
    public void Find_LinkBackUp_EndsAtTheLink()
    {
        Directory.CreateSymbolicLink(_folder.Combine("a/loop"), _folder.Path);
        Assert.Equal(5, Find("").Length);
    }

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
        return [.. new InputFinder(InputFilter.None).Find(paths).Files
            .Select(file => Path.GetRelativePath(_folder.Path, file.Path).Replace('\\', '/'))];
    }
}
