using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Runs the <c>infer</c> commands on the pages, and checks that other commands name existing things.</summary>
public sealed class ShellTests
{
    /// <summary>The beginnings of commands that are not run, with the reason.</summary>
    private static readonly Dictionary<string, string> NotRun = new()
    {
        ["infer devices --measure"] = "takes minutes",
        ["infer merge out/"] = "needs the rows of all shards",
    };

    /// <summary>The programs that receive the options that build.cake passes on, by target.</summary>
    private static readonly Dictionary<string, (string Project, string Command)> Targets = new()
    {
        ["Train"] = ("src/OnnxDigits.Training", "fit"),
        ["Demo"] = ("src/OnnxDigits.Training", "fit"),
        ["Runs"] = ("src/OnnxDigits.Training", "runs"),
        ["Evaluate"] = ("src/OnnxDigits.Cli", "evaluate"),
    };

    private static readonly Dictionary<string, string> Helps = [];

    public static TheoryData<ShellLine> InferCommands => [.. ShellLine.All.Where(line =>
        line.IsFenced && line.Text.StartsWith("infer ", StringComparison.Ordinal)
        && !NotRun.Keys.Any(start => line.Text.StartsWith(start, StringComparison.Ordinal)))];

    public static TheoryData<ShellLine> Commands => [.. ShellLine.All];

    [Theory]
    [MemberData(nameof(InferCommands), DisableDiscoveryEnumeration = true)]
    public void Infer_AsOnThePage_Succeeds(ShellLine line)
    {
        using var folder = new ReaderFolder();
        bool needsDigits = line.Words[1] == "evaluate" && Environment.GetEnvironmentVariable("ONNXDIGITS_DATA") is null;

        var (code, output) = Repository.Run(
            folder.Path, "sh", "-c", $"PATH=\"$PWD/bin:$PATH\"; {line.Text}{(needsDigits ? " --data generated" : "")}");

        Assert.True(code == 0, $"{line} ended with {code}:\n{output}");
    }

    [Theory]
    [MemberData(nameof(Commands), DisableDiscoveryEnumeration = true)]
    public void Command_OnThePage_NamesExistingThings(ShellLine line)
    {
        switch (line.Words)
        {
            case ["infer", .. var rest]:
                AssertOptions("src/OnnxDigits.Cli", rest, line);
                break;
            case ["digit-train", .. var rest]:
                AssertOptions("src/OnnxDigits.Training", rest, line);
                break;
            case ["torchonnx", .. var rest]:
                AssertOptions("src/TorchOnnx.Tool", rest, line);
                break;
            case ["dotnet", "cake", .. var rest]:
                AssertTarget(rest, line);
                break;
            case ["dotnet", "run", .. var rest] when rest.Contains("--project"):
                string project = rest[Array.IndexOf(rest, "--project") + 1];
                AssertExists($"{project}/{Path.GetFileName(project)}.csproj", line);
                int separator = Array.IndexOf(rest, "--");
                if (separator >= 0 && project.StartsWith("src/", StringComparison.Ordinal))
                {
                    AssertOptions(project, rest[(separator + 1)..], line);
                }
                break;
            case ["dotnet", "build" or "publish" or "pack" or "format" or "run", var place, ..]:
                AssertExists(place, line);
                break;
            default:
                Assert.All(line.Words.Where(word => Regex.IsMatch(word, "^(src|samples|tools|artifacts/models)/")),
                    word => AssertExists(word, line));
                break;
        }
    }

    [Fact]
    public void NotRun_Commands_AreOnAPage() =>
        Assert.All(NotRun.Keys, start =>
            Assert.Contains(ShellLine.All, line => line.Text.StartsWith(start, StringComparison.Ordinal)));

    private static void AssertExists(string place, ShellLine line) =>
        Assert.True(place.StartsWith('-') || Path.Exists(Repository.PathOf(place)), $"{line}: no {place}.");

    private static void AssertTarget(string[] words, ShellLine line)
    {
        string build = Repository.Read("build.cake");
        const string Option = "--target=";
        string target = words.Single(word => word.StartsWith(Option, StringComparison.Ordinal))[Option.Length..];
        Assert.Contains($"Task(\"{target}\")", build, StringComparison.Ordinal);
        string[] options =
        [
            .. words.Where(word => word.StartsWith("--", StringComparison.Ordinal))
                .Where(word => !build.Contains($"\"{word.TrimStart('-').Split('=')[0]}\"", StringComparison.Ordinal)),
        ];
        if (options.Length == 0) return;
        Assert.True(Targets.TryGetValue(target, out var program), $"{line}: the target passes no options on.");
        AssertOptions(program.Project, [program.Command, .. options], line);
    }

    private static void AssertOptions(string project, string[] words, ShellLine line)
    {
        string[] commands = [.. words.Where(word => word.Length > 0).TakeWhile(word => Regex.IsMatch(word, "^[a-z]+$"))];
        // Each word may be a command, whose help lists its own options.
        string help = string.Concat(
            Enumerable.Range(0, commands.Length + 1).Select(depth => Help(project, commands[..depth])));
        IEnumerable<string> options =
            words.Where(word => Regex.IsMatch(word, "^-.")).Select(word => word.Split('=')[0]);
        Assert.All(options, option =>
            Assert.True(Regex.IsMatch(help, $@"(?<![\w-]){option}(?![\w-])"), $"{line}: {project} has no {option}."));
    }

    private static string Help(string project, string[] commands)
    {
        string key = string.Join(' ', [project, .. commands]);
        if (!Helps.TryGetValue(key, out string? help))
        {
            string[] arguments = [Repository.Program(project), .. commands, "--help"];
            help = Helps[key] = Repository.Run(Repository.Root, "dotnet", arguments).Output;
        }
        return help;
    }
}
