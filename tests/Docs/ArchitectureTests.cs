using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Docs;

/// <summary>Compares the table of projects in docs/architecture.md with the project files.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_InTheTable_HasTheReferencesOfItsFile(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        Match row = Regex.Match(
            Repository.Read("docs/architecture.md"), $@"^\| `{Regex.Escape(name)}` \|(.*?)\|", RegexOptions.Multiline);

        Assert.True(row.Success, $"docs/architecture.md has no row for {name}.");
        Assert.Equal(
            XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(),
            Regex.Matches(row.Groups[1].Value, "`([^`]+)`").Select(match => match.Groups[1].Value).Order());
    }
}
