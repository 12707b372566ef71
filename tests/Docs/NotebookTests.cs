using System.Text.RegularExpressions;

namespace Docs;

/// <summary>Runs the samples that train, and compares docs/notebook.md with the notebook.</summary>
public sealed partial class NotebookTests
{
    private const string Program = "samples/keras-notebook.cs";
    private static readonly MarkdownPage Page = new("docs/notebook.md");

    private static readonly string[] Source = Repository.Read(Program).Split('\n');

    [Fact]
    public void Program_OneEpochOfGeneratedDigits_PrintsThePagesShapesAndParameters()
    {
        string folder = Directory.CreateTempSubdirectory("notebook").FullName;
        try
        {
            var (code, output) = Repository.Run(
                folder, "dotnet",
                [
                    "run", "-c", Repository.Configuration, Repository.PathOf(Program), "--", "--epochs", "1",
                    "--data", "generated",
                ]);

            Assert.True(code == 0, $"{Program} ended with {code}:\n{output}");
            string[] printed = [.. output.Split('\n').Select(line => line.TrimEnd())];
            Assert.All(
                Page.Blocks.Where(block => block.Language == "text").SelectMany(block => block.Text.Split('\n'))
                    .Where(line => !Measured().IsMatch(line)),
                line => Assert.Contains(line, printed));
            // Both accuracies of each network, in TorchSharp and on ONNX Runtime, are the same.
            string[] accuracies = [.. Accuracies().Matches(output).Select(match => match.Groups[1].Value)];
            Assert.Equal(4, accuracies.Length);
            Assert.Equal(accuracies[..2], accuracies[2..]);
            Assert.Equal(2, Directory.GetFiles(folder, "*.onnx").Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void OwnNetwork_OneEpochOfGeneratedDigits_IsTrainedAndExported()
    {
        string folder = Directory.CreateTempSubdirectory("own").FullName;
        try
        {
            var (code, output) = Repository.Run(
                folder, "dotnet",
                [
                    "run", "-c", Repository.Configuration, Repository.PathOf("samples/own-network.cs"), "--",
                    "fit", "--epochs", "1", "--data", "generated",
                ]);

            Assert.True(code == 0, output);
            Assert.Matches(@"own on 10,000 test images of generated: accuracy 0\.9\d+", output);
            Assert.Matches(@"Page: +dotnet run -c Release \S*own-network\.cs -- runs show artifacts", output);
            Assert.Single(Directory.GetFiles(folder, "own.onnx", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Sprint_OneSeedOnGeneratedDigits_ReachesNinetyFivePercent()
    {
        var (code, output) = Repository.Run(
            Repository.Root, "dotnet",
            "run", "-c", Repository.Configuration, "samples/sprint.cs", "--", "--seeds", "1", "--data", "generated");

        Assert.True(code == 0, output);
        Assert.Matches(@"mean of 1 seeds: \d+\.\d s, test accuracy (0\.9[5-9]|1\.0)", output);
    }

    [Fact]
    public void Page_CodeAndText_AreThoseOfTheProgram()
    {
        Assert.InRange(Source.Length, 1, 200);
        string[] code = [.. Source.Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))];
        Assert.Equal(
            code,
            Page.Blocks.Where(block => block.Language == "cs").SelectMany(block => block.Text.Split('\n'))
                .Where(line => line.Length > 0));

        string page = Words(Repository.Read("docs/notebook.md"));
        // The comments before the first statement are for readers of the file.
        IEnumerable<string> lines = Source.SkipWhile(line => line != "LibTorchEnvironment.Prepare();")
            .Select(line => line.StartsWith("// ", StringComparison.Ordinal) && !line.EndsWith('-') ? line[3..] : "");
        Assert.All(
            string.Join('\n', lines).Split("\n\n").Select(Words),
            comment => Assert.Contains(comment, page, StringComparison.Ordinal));
    }

    private static string Words(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // Lines with digits, accuracies or times.
    [GeneratedRegex(@"^$|^[ .:=+*#%@-]+$|MNIST|images|label|loss|shuffled|reads")]
    private static partial Regex Measured();

    [GeneratedRegex(@"(?:test accuracy|reads) (0\.\d{4}|1\.0000)")]
    private static partial Regex Accuracies();
}
