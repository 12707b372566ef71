namespace Docs;

/// <summary>Every block of C# on the pages is compiled and run, and prints what it should.</summary>
public sealed class CSharpTests
{
    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (string page in Repository.Pages)
                for (int i = 0; i < Of(page).Count; i++) blocks.Add(page, i);
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_OfAPage_PrintsWhatItShould(string page, int index)
    {
        Expectation expected = Expectation.Of(page, index);
        using var folder = new ReaderFolder();
        string program = Snippet.Compile(Of(page)[index], expected, folder.Path);
        Assert.Matches(expected.Output, Snippet.Run(program, folder.Path));
    }

    private static List<CodeBlock> Of(string page) => [.. new MarkdownPage(page).Blocks.Where(block => block.Language == "csharp")];
}
