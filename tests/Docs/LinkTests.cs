using System.Text.RegularExpressions;

namespace Docs;

/// <summary>What the pages point at is there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_Exist(string path)
    {
        var page = new MarkdownPage(path);
        string folder = Path.GetDirectoryName(Repository.PathOf(path))!;
        Assert.All(page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)), link =>
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? Repository.PathOf(path) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(Path.Exists(target), $"{path} links to {link}, which is not there.");
            if (parts.Length == 2)
                Assert.Contains(parts[1], new MarkdownPage(Path.GetRelativePath(Repository.Root, target)).Anchors);
        });
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Paths_NamedInTheText_Exist(string path) =>
        Assert.All(new MarkdownPage(path).CodeSpans.Where(span => OfTheRepository().IsMatch(span)), span =>
            Assert.True(Path.Exists(Repository.PathOf(span)), $"{path} names {span}, which is not there."));

    // What runs write, such as artifacts/runs, is not there before.
    [GeneratedRegex(@"^(src|tests|tools|samples|docs|artifacts/models)/[\w./-]+$")]
    private static partial Regex OfTheRepository();
}
