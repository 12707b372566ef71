using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using OnnxDigits.Training.Tests.Pictures;

namespace OnnxDigits.Training.Tests.Runs;

[Collection(nameof(ManyRuns))]
public sealed class RunsCommandTests(ManyRuns runs) : IDisposable
{
    private readonly CommandRunner _command = new();

    private string Output => _command.Output.ToString();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void List_RunsOfEveryState_NamesTheLatestFirst()
    {
        JsonArray list = List(runs.Folder);
        Assert.Equal(
            [
                "2030-01-03_000000_dense_seed1 stopped", "2030-01-02_000000_dense_seed1 interrupted",
                "2030-01-01_000000_dense_seed1 finished", "2030-01-01_000000_dense_seed2 finished",
            ],
            list.Select(run => $"{run!["run"]} {run["state"]}"));
        JsonNode first = list.Single(run => $"{run!["run"]}" == Path.GetFileName(runs.First))!;
        Assert.Equal(
            ["dense", "1", "2", "2", "128", "generated"],
            new[] { "network", "seed", "epochs", "done", "batch", "data" }.Select(name => $"{first[name]}"));
        RunReport report = RunReport.Read(runs.First)!;
        Assert.Equal(report.Epochs[^1].ValidationAccuracy, first["validation"]!.GetValue<double>());
        Assert.Equal(report.Result!.TestAccuracy, first["test"]!.GetValue<double>());
        Assert.Equal(report.Seconds, first["seconds"]!.GetValue<double>());
        Assert.Null(list[0]!["test"]);
        Assert.Equal(1, list[0]!["done"]!.GetValue<int>());
    }

    [Fact]
    public void List_AnyFormat_HoldsTheSameValues()
    {
        JsonArray json = List(runs.Folder);
        string csv = Path.Combine(_command.Folder, "list.csv");
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", runs.Folder, "-f", "csv", "-o", csv));
        Assert.Equal(
            new[] { string.Join(',', json[0]!.AsObject().Select(cell => cell.Key)) }
                .Concat(json.Select(run => string.Join(',', run!.AsObject().Select(cell => $"{cell.Value}")))),
            File.ReadAllLines(csv));
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", runs.Folder));
        Assert.Contains($"{RunReport.Read(runs.First)!.Result!.TestAccuracy:F4}", Output, StringComparison.Ordinal);
        Assert.Contains("interrupted", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_DamagedAndForeignFolders_NamesTheDamageAndIgnoresTheForeign()
    {
        string truncated = Path.Combine(ManyRuns.Copy(runs.First, _command.Folder, "truncated"), "report.json");
        File.WriteAllText(truncated, File.ReadAllText(truncated)[..100]);
        string foreign = Path.Combine(New("foreign"), "report.json");
        File.WriteAllText(foreign, "{}");
        string nulls = Path.Combine(New("nulls"), "report.json");
        File.WriteAllText(nulls, "null");
        New("2030-02-05_000000_conv_seed9");
        string newer = Path.Combine(ManyRuns.Copy(runs.First, _command.Folder, "newer"), "report.json");
        File.WriteAllText(newer, File.ReadAllText(newer).Replace("\"schema\": 2,", "\"schema\": 3,"));
        File.AppendAllText(Path.Combine(ManyRuns.Copy(runs.First, _command.Folder, "changed"), "dense.onnx"), "x");
        File.Delete(Path.Combine(ManyRuns.Copy(runs.First, _command.Folder, "deleted"), "dense.onnx"));
        ManyRuns.Copy(runs.Second, _command.Folder, "my favourite, \"quoted\"");

        Assert.Equal(
            ["changed damaged", "deleted damaged", "my favourite, \"quoted\" finished"],
            List(_command.Folder).Select(run => $"{run!["run"]} {run["state"]}"));
        foreach (string file in (string[])[truncated, foreign, nulls, newer])
        {
            Assert.Contains($"warning: '{file}' cannot be read", Output, StringComparison.Ordinal);
        }
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", _command.Folder, "--format", "csv"));
        Assert.Contains("\"my favourite, \"\"quoted\"\"\",dense,2,2,", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_RunInTraining_SaysSoAndChangesNothing()
    {
        string run = ManyRuns.Copy(runs.Stopped, _command.Folder);
        string[] files = Directory.GetFiles(run);
        using (RunFolder.Open(run)) Assert.Equal("training", $"{List(_command.Folder)[0]!["state"]}");
        Assert.Equal("stopped", $"{List(_command.Folder)[0]!["state"]}");
        Assert.Equal(files.Order(), Directory.GetFiles(run).Order());
    }

    [Fact]
    public void List_NoImagesHeldOut_ShowsADash()
    {
        string run = ManyRuns.Copy(runs.First, _command.Folder);
        Change(run, report => report with
        {
            Epochs = [.. report.Epochs.Select(epoch => epoch with { ValidationAccuracy = null })],
        });
        Assert.Null(List(_command.Folder)[0]!["validation"]);
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", _command.Folder));
        Assert.Contains(" –", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("missing")]
    public void List_EmptyOrMissingFolder_SaysSo(string folder)
    {
        folder = Path.Combine(_command.Folder, folder);
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", folder));
        Assert.Contains($"There are no runs in {folder}.", Output, StringComparison.Ordinal);
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", folder, "--format", "json"));
        Assert.EndsWith("[]\n", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_TwoSeeds_HoldsDifferencesAndResults()
    {
        JsonArray comparison = Compare(runs.First, Path.GetFileName(runs.Second));
        string[] columns = ["what", Path.GetFileName(runs.First), Path.GetFileName(runs.Second)];
        Assert.Equal(columns, comparison[0]!.AsObject().Select(cell => cell.Key));
        Dictionary<string, JsonNode?[]> rows = comparison.ToDictionary(
            row => $"{row!["what"]}", row => new[] { row![columns[1]], row[columns[2]] });
        Assert.Equal("seed", $"{comparison[0]!["what"]}");
        Assert.Equal("state", $"{comparison[1]!["what"]}");
        Assert.Equal(["1", "2"], rows["seed"].Select(seed => $"{seed}"));
        RunReport[] reports = [RunReport.Read(runs.First)!, RunReport.Read(runs.Second)!];
        Assert.Equal(reports.Select(report => report.Seconds), Numbers(rows["seconds"]));
        RunResult[] results = [.. reports.Select(report => report.Result!)];
        Assert.Equal(results.Select(result => result.TestAccuracy), Numbers(rows["test_accuracy"]));
        Assert.Equal(results.Select(result => result.TestLoss), Numbers(rows["test_loss"]));
        for (int digit = 0; digit < 10; digit++)
        {
            Assert.Equal(results.Select(result => result.Recall[digit]), Numbers(rows[$"recall_{digit}"]));
            Assert.Equal(
                [0, results[1].Recall[digit] - results[0].Recall[digit]], Numbers(rows[$"recall_{digit}_change"]));
        }
    }

    [Fact]
    public void Compare_RunsInAnyState_LeavesUnknownValuesOut()
    {
        string augmented = ManyRuns.Copy(runs.First, _command.Folder, "elsewhere");
        Change(augmented, report => report with
        {
            Run = report.Run with
            {
                Recipe = report.Run.Recipe with { Augmentation = new Augmentation { Rotation = 12 } },
            },
        });
        JsonArray comparison = Compare(runs.First, runs.Interrupted, runs.Stopped, augmented);
        Assert.Equal(["", "", "", "12"], Row(comparison, "augmentation.rotation"));
        Assert.Equal(["finished", "interrupted", "stopped", "finished"], Row(comparison, "state"));
        Assert.Equal([false, false, true, false], Row(comparison, "test_accuracy").Select(string.IsNullOrEmpty));
        Assert.Equal(0, _command.Run("runs", "compare", runs.First, runs.Stopped));
        Assert.Contains("–", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OtherNetworkAndCommit_NamesBoth()
    {
        string edited = ManyRuns.Copy(runs.First, _command.Folder, "edited");
        Change(edited, report => report with
        {
            Commit = "abc",
            Run = report.Run with
            {
                Layers = [.. report.Run.Layers.Select(layer =>
                    layer.Name == "dense" ? layer with { Activation = Activation.Linear } : layer)],
            },
        });
        JsonArray comparison = Compare(runs.First, edited);
        Assert.Equal(
            ["Dense, units 512, activation relu", "Dense, units 512, activation linear"], Row(comparison, "dense"));
        Assert.Equal([RunReport.Read(runs.First)!.Commit, "abc"], Row(comparison, "commit"));
        Assert.DoesNotContain(comparison, row => $"{row!["what"]}" == "dense_1");
    }

    [Fact]
    public void ListAndCompare_EightyColumns_WriteEveryNameAndValueOnLinesThatFit()
    {
        _command.Width = 80;
        Assert.Equal(0, _command.Run("runs", "list", "--runs-folder", runs.Folder));
        string other = ManyRuns.Copy(runs.Stopped, _command.Folder, Path.GetFileName(runs.Stopped));
        Change(other, report => report with { Run = report.Run with { DataSetSha256 = new('0', 64) } });
        Assert.Equal(0, _command.Run("runs", "compare", runs.First, runs.Second, other));
        Assert.All(["dataSetSha256", "validation_accuracy"], name =>
            Assert.Contains($"\n {name} ", Output, StringComparison.Ordinal));
        Assert.All(Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        string[] names = [.. new[] { runs.First, runs.Second, runs.Stopped }.Select(run => Path.GetFileName(run))];
        Assert.All(names, name => Assert.Equal(3, Output.Split(name).Length));
        RunResult result = RunReport.Read(runs.First)!.Result!;
        Assert.Contains($"test {result.TestAccuracy:F4}", Output, StringComparison.Ordinal);
        Assert.Contains("batch 128", Output, StringComparison.Ordinal);
        Assert.Matches($@"test_accuracy\s+{result.TestAccuracy:F4}", Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compare_WithPicture_DrawsTheCurves(bool dark)
    {
        string picture = Path.Combine(_command.Folder, "both.png");
        string[] arguments = ["runs", "compare", runs.First, runs.Stopped, "--picture", picture];
        Assert.Equal(0, _command.Run(dark ? [.. arguments, "--dark"] : arguments));
        Png.AssertDrawn(File.ReadAllBytes(picture), dark ? Palette.Dark : Palette.Light);
    }

    [Fact]
    public void Compare_MissingRun_NamesTheFolder()
    {
        Assert.Equal(2, _command.Run("runs", "compare", runs.First, "nowhere", "--runs-folder", runs.Folder));
        Assert.Contains($"There is no run 'nowhere' in {runs.Folder}", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("takes at least two runs", "compare", "one")]
    [InlineData("takes at least two runs", "compare")]
    [InlineData("--format needs table, csv or json, not 'xml'", "list", "--format", "xml")]
    [InlineData("--epochs", "list", "--epochs", "3")]
    public void Runs_InvalidArguments_ReturnsTwo(string message, params string[] arguments)
    {
        Assert.Equal(2, _command.Run(["runs", .. arguments]));
        Assert.Contains(message, Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SameRunTwice_ReturnsTwo()
    {
        Assert.Equal(2, _command.Run("runs", "compare", runs.First, runs.First + Path.DirectorySeparatorChar));
        Assert.Contains("is named twice", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs", "show")]
    [InlineData("evaluate")]
    public void Run_DamagedReport_ReturnsFourWithThePath(params string[] command)
    {
        string report = Path.Combine(_command.Folder, "report.json");
        File.WriteAllText(report, "no report");
        Assert.Equal(4, _command.Run([.. command, _command.Folder]));
        Assert.Contains($"'{report}' cannot be read: ", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o")]
    [InlineData("--picture")]
    public void Compare_UnwritableFile_ReturnsFive(string option)
    {
        string file = Path.Combine(_command.Folder, "missing", "file");
        Assert.Equal(5, _command.Run("runs", "compare", runs.First, runs.Second, option, file));
        Assert.Contains($"{file}' cannot be written", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "table")]
    [InlineData("list", "csv")]
    [InlineData("list", "json")]
    [InlineData("compare", "table")]
    [InlineData("compare", "csv")]
    [InlineData("compare", "json")]
    public void Output_ExistingFile_IsReplacedIfItIsATableOrByForce(string command, string format)
    {
        string file = Path.Combine(_command.Folder, "file");
        string[] names = command == "list" ? [] : [runs.First, runs.Second];
        string[] arguments = ["runs", command, .. names, "--runs-folder", runs.Folder, "-f", format, "-o", file];
        Assert.Equal((0, 0), (_command.Run(arguments), _command.Run(arguments)));
        byte[] table = File.ReadAllBytes(file);
        string report = File.ReadAllText(Path.Combine(runs.First, RunReport.FileName));
        string[] foreign = ["run,network\n1,a\n", "what,price\napple,1\n", "[{\"run\": \"1\"}]", report];
        foreach (string content in foreign)
        {
            File.WriteAllText(file, content);
            Assert.Equal(5, _command.Run(arguments));
            Assert.Equal(content, File.ReadAllText(file));
        }
        Assert.Contains(
            $"'{file}' exists and has no table of runs. Choose another path, or give --force to replace it.",
            Output, StringComparison.Ordinal);
        Assert.Equal(0, _command.Run([.. arguments, "--force"]));
        Assert.Equal(table, File.ReadAllBytes(file));
    }

    [Fact]
    public void Picture_ExistingFile_IsReplacedByForceOnly()
    {
        string file = Path.Combine(_command.Folder, "photo.png");
        File.WriteAllText(file, "content");
        string[] arguments = ["runs", "compare", runs.First, runs.Second, "--picture", file];
        Assert.Equal(5, _command.Run(arguments));
        Assert.StartsWith($"error: '{file}' exists and may be yours.", Output, StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Equal(0, _command.Run([.. arguments, "--force"]));
    }

    [Theory]
    [InlineData("-o", "report.json")]
    [InlineData("--picture", "dense.onnx")]
    public void Compare_OutputIsAFileOfARun_IsRefusedEvenByForce(string option, string name)
    {
        string run = ManyRuns.Copy(runs.First, _command.Folder), file = Path.Combine(run, name);
        byte[] before = File.ReadAllBytes(file);
        Assert.Equal(5, _command.Run("runs", "compare", run, runs.Second, option, file, "--force"));
        Assert.StartsWith($"error: '{file}' is an input", Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void Compare_OneFileForBothOutputs_ReturnsTwo()
    {
        string file = Path.Combine(_command.Folder, "file");
        Assert.Equal(2, _command.Run("runs", "compare", runs.First, runs.Second, "-o", file, "--picture", file));
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Show_OneRunOrTwo_WritesOnePageWithoutOtherFiles(int count)
    {
        string[] both = [runs.First, runs.Second];
        string[] shown = [.. both.Take(count).Select(run => ManyRuns.Copy(run, _command.Folder))];
        Change(shown[0], report => report with { Arguments = ["fit", "--data", "<my & \"digits\">"] });
        Assert.Equal(0, _command.Run(["runs", "show", .. shown]));
        string file = Path.Combine(shown[0], count == 1 ? "page.html" : "comparison.html");
        Assert.Equal($"{file}\n", Output);

        string page = File.ReadAllText(file);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|srcset|href)=\"(?!data:image/png;base64,)", page);
        // The curves of all runs, and the confusion matrix and the mistakes of each, for light and dark pages.
        Assert.Equal(2 + 4 * count, Regex.Count(page, "data:image/png;base64,[A-Za-z0-9+/]{1000,}"));
        Assert.Contains("fit --data &lt;my &amp; &quot;digits&quot;&gt;", page, StringComparison.Ordinal);
        foreach (string text in (string[])["Dense, units 512", "401,920", "optimizer.learningRate", "dataSetSha256"])
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }

        Assert.Equal(count > 1, page.Contains("""<tr class="differs"><th>seed</th><td>1</td><td>2</td></tr>"""));
    }

    [Fact]
    public void Show_StoppedRun_HasTheCurvesAndNoOtherPictures()
    {
        string file = Path.Combine(_command.Folder, "stopped.html");
        Assert.Equal(0, _command.Run("runs", "show", runs.Stopped, "-o", file));
        Assert.Equal(2, Regex.Count(File.ReadAllText(file), "data:image/png;base64,"));
        // The page is replaced, but nothing else is.
        Assert.Equal(0, _command.Run("runs", "show", runs.Stopped, "-o", file));
        File.WriteAllText(file, "mine");
        Assert.Equal(ExitCode.Output, _command.Run("runs", "show", runs.Stopped, "-o", file));
        Assert.Contains($"'{file}' exists and isn't a page of runs", Output, StringComparison.Ordinal);
    }

    private JsonArray List(string folder) => RunToJson("runs", "list", "--runs-folder", folder);

    private JsonArray Compare(params string[] names) =>
        RunToJson(["runs", "compare", .. names, "--runs-folder", runs.Folder]);

    private JsonArray RunToJson(params string[] arguments)
    {
        string file = Path.Combine(_command.Folder, "result.json");
        Assert.Equal(0, _command.Run([.. arguments, "--format", "json", "--output", file]));
        return JsonNode.Parse(File.ReadAllText(file))!.AsArray();
    }

    private string New(string name) => Directory.CreateDirectory(Path.Combine(_command.Folder, name)).FullName;

    private static void Change(string run, Func<RunReport, RunReport> change) =>
        File.WriteAllBytes(Path.Combine(run, RunReport.FileName), ReportJson.ToUtf8(change(RunReport.Read(run)!)));

    private static IEnumerable<string> Row(JsonArray comparison, string what) =>
        comparison.Single(row => $"{row!["what"]}" == what)!.AsObject().Skip(1).Select(cell => $"{cell.Value}");

    private static IEnumerable<double> Numbers(IEnumerable<JsonNode?> values) =>
        values.Select(value => value!.GetValue<double>());
}
