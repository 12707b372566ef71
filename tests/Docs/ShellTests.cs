using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Commands on the pages: those of infer are run, of the others all that they name must be there.</summary>
public sealed class ShellTests
{
    // By their first words; each with the reason why it is not run here.
    private static readonly Dictionary<string, string> NotRun = new()
    {
        ["dotnet tool install"] = "changes the user's tools",
        ["dotnet add package"] = "needs the packages in a feed",
        ["infer photos/ --device webgpu"] = "needs a GPU's provider",
        ["infer photos/ --model conv --device webgpu"] = "needs a GPU's provider",
    };

    // Which program a target hands the options to that build.cake does not know.
    private static readonly Dictionary<string, (string Project, string Command)> Targets = new()
    {
        ["Train"] = ("src/OnnxDigits.Training", ""),
        ["Demo"] = ("src/OnnxDigits.Training", ""),
        ["Runs"] = ("src/OnnxDigits.Training", "runs"),
        ["Evaluate"] = ("src/OnnxDigits.Cli", "evaluate"),
        ["Explain"] = ("tools/Explain", ""),
    };

    public static TheoryData<ShellLine> Run => [.. ShellLine.All.Where(line => line.IsFenced && line.Text.StartsWith("infer ", StringComparison.Ordinal) && !IsNotRun(line))];

    public static TheoryData<ShellLine> Looked => [.. ShellLine.All.Where(line => !IsNotRun(line))];

    [Theory]
    [MemberData(nameof(Run), DisableDiscoveryEnumeration = true)]
    public void Infer_AsOnThePage_EndsWell(ShellLine line)
    {
        using var folder = new ReaderFolder();
        // Never a download: without MNIST the command evaluates on digits that it draws.
        string data = line.Words[1] == "evaluate" && Environment.GetEnvironmentVariable("ONNXDIGITS_DATA") is null ? " --data generated" : "";
        var (code, output) = Repository.Run(folder.Path, "sh", "-c", $"PATH=\"$PWD/bin:$PATH\"; {line.Text}{data}");
        Assert.True(code == 0, $"{line} ended with {code}:\n{output}");
    }

    [Theory]
    [MemberData(nameof(Looked), DisableDiscoveryEnumeration = true)]
    public void Command_OfAPage_NamesWhatIsThere(ShellLine line)
    {
        string[] words = line.Words;
        switch (words)
        {
            case ["infer", .. var rest]:
                AssertOptions("src/OnnxDigits.Cli", rest, line);
                break;
            case ["dotnet", "cake", .. var rest]:
                AssertTarget(rest, line);
                break;
            case ["dotnet", "tool", "restore"]:
                Assert.True(File.Exists(Repository.PathOf(".config/dotnet-tools.json")));
                break;
            case ["dotnet", "run", .. var rest]:
                int at = Array.IndexOf(rest, "--project");
                Assert.True(at >= 0, $"{line}: names no project.");
                string project = rest[at + 1];
                Assert.NotEmpty(Directory.GetFiles(Repository.PathOf(project), "*.csproj"));
                int behind = Array.IndexOf(rest, "--");
                if (behind >= 0) AssertOptions(project, rest[(behind + 1)..], line);
                break;
            case ["dotnet", "build" or "publish" or "pack", var place, ..]:
                Assert.True(place.StartsWith('-') || Path.Exists(Repository.PathOf(place)), $"{line}: no {place}.");
                break;
            default:
                // Other programs: the files of this repository that they are given.
                Assert.All(words.Where(word => Regex.IsMatch(word, "^(src|samples|tools|artifacts/models)/")), word =>
                    Assert.True(Path.Exists(Repository.PathOf(word)), $"{line}: no {word}."));
                break;
        }
    }

    [Fact]
    public void NotRun_OnceNamed_IsOnAPage() =>
        Assert.All(NotRun.Keys, start => Assert.Contains(ShellLine.All, line => line.Text.StartsWith(start, StringComparison.Ordinal)));

    [Fact]
    public void Readme_Blocks_SayTheirLanguage() =>
        Assert.All(new MarkdownPage("README.md").Blocks, block =>
            Assert.True(block.Language is "sh" or "csharp" or "mermaid", $"README.md:{block.Line} is a block in '{block.Language}', which nothing checks."));

    private static bool IsNotRun(ShellLine line) => NotRun.Keys.Any(start => line.Text.StartsWith(start, StringComparison.Ordinal));

    private static void AssertTarget(string[] words, ShellLine line)
    {
        string build = Repository.Read("build.cake");
        string target = words.Single(word => word.StartsWith("--target=", StringComparison.Ordinal))["--target=".Length..];
        Assert.Contains($"Task(\"{target}\")", build, StringComparison.Ordinal);
        string[] options = [.. words
            .Where(word => word.StartsWith("--", StringComparison.Ordinal) && !word.StartsWith("--target", StringComparison.Ordinal))
            .Where(word => !build.Contains($"\"{word.TrimStart('-').Split('=')[0]}\"", StringComparison.Ordinal))];
        if (options.Length == 0) return;
        Assert.True(Targets.TryGetValue(target, out var program), $"{line}: the target passes no options on.");
        AssertOptions(program.Project, [program.Command, .. options], line);
    }

    private static void AssertOptions(string project, string[] words, ShellLine line)
    {
        string[] unknown = [.. ProgramOptions.Unknown(project, words)];
        Assert.True(unknown.Length == 0, $"{line}: {project} does not have {string.Join(", ", unknown)}.");
    }
}
