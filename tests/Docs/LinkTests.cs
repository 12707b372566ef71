using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Checks that the files and headings that the pages point to exist.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OnThePage_Resolve(string path)
    {
        var page = new MarkdownPage(path);
        string folder = Path.GetDirectoryName(Repository.PathOf(path))!;
        Assert.All(page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)), link =>
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0
                ? Repository.PathOf(path)
                : Path.GetFullPath(Path.Combine(folder, parts[0]));
            Assert.True(Path.Exists(target), $"{path} links to {link}, which does not exist.");
            if (parts.Length == 2)
            {
                Assert.Contains(parts[1], new MarkdownPage(Path.GetRelativePath(Repository.Root, target)).Anchors);
            }
        });
    }

    /// <summary>The public NuGet feed shows the pages of packages, which cannot follow a path in the repository.</summary>
    [Fact]
    public void Links_OnThePagesOfPackages_AreAbsolute()
    {
        foreach (string page in Repository.Pages.Where(page => page.StartsWith("src/", StringComparison.Ordinal)))
        {
            Assert.All(new MarkdownPage(page).Links, link => Assert.Matches("^(https://|#)", link));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Paths_InTheText_Exist(string path)
    {
        // Research pages name paths of the commit that they report on.
        if (path.StartsWith("docs/research/", StringComparison.Ordinal)) return;
        Assert.All(new MarkdownPage(path).CodeSpans.Where(span => RepositoryPath().IsMatch(span)), span =>
            Assert.True(Path.Exists(Repository.PathOf(span)), $"{path} names {span}, which does not exist."));
    }

    // Leaves out what runs create, such as artifacts/runs.
    [GeneratedRegex(@"^(src|tests|tools|samples|docs|artifacts/models)/[\w./-]+$")]
    private static partial Regex RepositoryPath();
}
