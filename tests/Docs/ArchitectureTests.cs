using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Docs;

/// <summary>The map of projects is that of the project files.</summary>
public sealed class ArchitectureTests
{
    [Fact]
    public void Projects_OfThePage_HaveTheReferencesOfTheirFiles()
    {
        string page = Repository.Read("docs/architecture.md");
        string[] projects = [.. Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)];
        Assert.All(projects, project =>
        {
            string name = Path.GetFileNameWithoutExtension(project);
            Match row = Regex.Match(page, $@"^\| `{Regex.Escape(name)}` \|(.*?)\|", RegexOptions.Multiline);
            Assert.True(row.Success, $"docs/architecture.md has no row for {name}.");
            Assert.Equal(
                XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(),
                Regex.Matches(row.Groups[1].Value, "`([^`]+)`").Select(match => match.Groups[1].Value).Order());
        });
    }
}
