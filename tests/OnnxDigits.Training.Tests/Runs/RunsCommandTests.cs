using System.Text.Json.Nodes;
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
    public void List_RunsOfEveryState_NamesThemTheLatestFirst()
    {
        JsonArray list = List(runs.Folder);
        Assert.Equal(
            [
                "2030-01-03_000000_dense_seed1 stopped", "2030-01-02_000000_dense_seed1 interrupted",
                "2030-01-01_000000_dense_seed1 finished", "2030-01-01_000000_dense_seed2 finished",
            ],
            list.Select(run => $"{run!["run"]} {run["state"]}"));
        JsonNode first = list.Single(run => $"{run!["run"]}" == Path.GetFileName(runs.First))!;
        RunReport report = Report(runs.First);
        Assert.Equal(
            ["dense", "1", "2", "2", "128", "generated"],
            new[] { "network", "seed", "epochs", "done", "batch", "data" }
                .Select(name => $"{first[name]}"));
        Assert.Equal(report.ValidationAccuracy, first["validation"]!.GetValue<double>());
        Assert.Equal(report.TestAccuracy, first["test"]!.GetValue<double>());
        Assert.Equal(report.Seconds, first["seconds"]!.GetValue<double>());
        Assert.Null(list[0]!["test"]);
        Assert.Equal(1, list[0]!["done"]!.GetValue<int>());
    }

    [Fact]
    public void List_EveryFormat_HoldsTheSame()
    {
        JsonArray json = List(runs.Folder);
        string csv = Path.Combine(_command.Folder, "list.csv");
        Assert.Equal(0, _command.Run("runs", "list", "--output", runs.Folder, "-f", "csv", "-o", csv));
        Assert.Equal(
            new[] { string.Join(',', json[0]!.AsObject().Select(cell => cell.Key)) }
                .Concat(json.Select(run => string.Join(',', run!.AsObject().Select(cell => $"{cell.Value}")))),
            File.ReadAllLines(csv));
        Assert.Equal(0, _command.Run("runs", "list", "--output", runs.Folder));
        Assert.Contains($"{Report(runs.First).TestAccuracy:F4}", Output, StringComparison.Ordinal);
        Assert.Contains("interrupted", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_DamagedAndForeignFolders_NamesTheDamageAndLeavesTheForeignOut()
    {
        string truncated = ManyRuns.Copy(runs.First, _command.Folder, "2030-02-01_000000_dense_seed1");
        string report = Path.Combine(truncated, "report.json");
        File.WriteAllText(report, File.ReadAllText(report)[..100]);
        string changed = ManyRuns.Copy(runs.First, _command.Folder, "2030-02-02_000000_dense_seed1");
        File.AppendAllText(Path.Combine(changed, "dense.onnx"), "x");
        string unfinished = New("2030-02-03_000000_dense_seed1");
        File.Copy(Path.Combine(runs.First, "arguments.json"), Path.Combine(unfinished, "arguments.json"));
        string cut = ManyRuns.Copy(runs.Stopped, _command.Folder, "2030-02-04_000000_dense_seed1");
        foreach (string file in Directory.GetFiles(cut, "checkpoint*"))
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);
        New("2030-02-05_000000_conv_seed9");
        string nulls = New("2030-02-06_000000_conv_seed9");
        File.WriteAllText(Path.Combine(nulls, "report.json"), "null");
        File.WriteAllText(Path.Combine(nulls, "arguments.json"), """{"network":null,"recipe":null}""");
        string renamed = ManyRuns.Copy(runs.First, _command.Folder, "my favourite, \"quoted\"");
        Directory.SetLastWriteTime(renamed, new DateTime(2031, 1, 1));
        File.WriteAllText(Path.Combine(New("notes"), "report.json"), "{}");
        New("2030-99-99_000000_dense_seed1");

        Assert.Equal(
            [
                "my favourite, \"quoted\" finished", "2030-02-06_000000_conv_seed9 damaged",
                "2030-02-05_000000_conv_seed9 damaged", "2030-02-04_000000_dense_seed1 damaged",
                "2030-02-03_000000_dense_seed1 unfinished", "2030-02-02_000000_dense_seed1 damaged",
                "2030-02-01_000000_dense_seed1 damaged",
            ],
            List(_command.Folder).Select(run => $"{run!["run"]} {run["state"]}"));
        Assert.Equal(0, _command.Run("runs", "list", "--output", _command.Folder, "--format", "csv"));
        Assert.Contains("\"my favourite, \"\"quoted\"\"\",dense,1,2,", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ARunThatIsTrainedNow_SaysSoAndTouchesNothing()
    {
        string run = ManyRuns.Copy(runs.Stopped, _command.Folder);
        using (RunFolder.Open(run)) Assert.Equal("training", $"{List(_command.Folder)[0]!["state"]}");
        Assert.Equal("stopped", $"{List(_command.Folder)[0]!["state"]}");
    }

    [Fact]
    public void List_NoImagesHeldOut_ShowsADash()
    {
        string run = ManyRuns.Copy(runs.First, _command.Folder);
        Change(run, report => report with { ValidationAccuracy = double.NaN });
        Assert.Null(List(_command.Folder)[0]!["validation"]);
        Assert.Equal(0, _command.Run("runs", "list", "--output", _command.Folder));
        Assert.Contains(" –", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("missing")]
    public void List_AnEmptyOrMissingFolder_SaysSo(string folder)
    {
        folder = Path.Combine(_command.Folder, folder);
        Assert.Equal(0, _command.Run("runs", "list", "--output", folder));
        Assert.Contains($"There are no runs in {folder}.", Output, StringComparison.Ordinal);
        Assert.Equal(0, _command.Run("runs", "list", "--output", folder, "--format", "json"));
        Assert.EndsWith("[]\n", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_TwoSeeds_HasWhatDiffersAndWhatTheyCameTo()
    {
        JsonArray comparison = Compare(runs.First, Path.GetFileName(runs.Second));
        string[] columns = ["what", Path.GetFileName(runs.First), Path.GetFileName(runs.Second)];
        Assert.Equal(columns, comparison[0]!.AsObject().Select(cell => cell.Key));
        Dictionary<string, JsonNode?[]> rows = comparison.ToDictionary(
            row => $"{row!["what"]}", row => new[] { row![columns[1]], row[columns[2]] });
        RunReport[] reports = [Report(runs.First), Report(runs.Second)];
        Assert.Equal("seed", $"{comparison[0]!["what"]}");
        Assert.Equal("state", $"{comparison[1]!["what"]}");
        Assert.Equal([1, 2], Numbers(rows["seed"]));
        Assert.Equal(reports.Select(report => report.TestAccuracy), Numbers(rows["test_accuracy"]));
        Assert.Equal(reports.Select(report => report.TestLoss), Numbers(rows["test_loss"]));
        Assert.Equal(reports.Select(report => report.Seconds), Numbers(rows["seconds"]));
        for (int digit = 0; digit < 10; digit++)
        {
            Assert.Equal(reports.Select(report => report.Recall[digit]), Numbers(rows[$"recall_of_{digit}"]));
            double difference = reports[1].Recall[digit] - reports[0].Recall[digit];
            Assert.Equal([0, difference], Numbers(rows[$"recall_of_{digit}_against_the_first"]));
        }
    }

    [Fact]
    public void Compare_RunsInAnyState_LeavesWhatIsNotKnownOut()
    {
        string best = ManyRuns.Copy(runs.First, _command.Folder, "elsewhere");
        var bent = new Augmentation { Rotation = 12 };
        Change(best, report => report with { Recipe = report.Recipe with { Augmentation = bent } });
        string empty = New("2030-02-05_000000_conv_seed9");
        JsonArray comparison = Compare(runs.First, runs.Interrupted, runs.Stopped, best, empty);
        Assert.Equal(["", "", "", "12", ""], Row(comparison, "augmentation_rotation"));
        Assert.Equal(["finished", "interrupted", "stopped", "finished", "damaged"], Row(comparison, "state"));
        Assert.Equal([false, false, true, false, true], Row(comparison, "test_accuracy").Select(string.IsNullOrEmpty));
        Assert.Equal(0, _command.Run("runs", "compare", runs.First, runs.Stopped, empty));
        Assert.Contains("–", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compare_WithAPicture_DrawsTheirCurves(bool dark)
    {
        string picture = Path.Combine(_command.Folder, "both.png");
        string[] arguments = ["runs", "compare", runs.First, runs.Stopped, "--picture", picture];
        Assert.Equal(0, _command.Run(dark ? [.. arguments, "--dark"] : arguments));
        Png.AssertDrawn(File.ReadAllBytes(picture), dark ? Palette.Dark : Palette.Light);
    }

    [Fact]
    public void Compare_ARunThatIsNotThere_NamesTheFolderLookedIn()
    {
        Assert.Equal(2, _command.Run("runs", "compare", runs.First, "nowhere", "--output", runs.Folder));
        Assert.Contains($"There is no run 'nowhere' in {runs.Folder}", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("takes at least two runs", "compare", "one")]
    [InlineData("takes at least two runs", "compare")]
    [InlineData("--format takes table, csv, json, not 'xml'", "list", "--format", "xml")]
    [InlineData("--epochs", "list", "--epochs", "3")]
    public void Runs_WrongArguments_EndsWithTwo(string says, params string[] arguments)
    {
        Assert.Equal(2, _command.Run(["runs", .. arguments]));
        Assert.Contains(says, Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_TheSameRunTwice_EndsWithTwo()
    {
        Assert.Equal(2, _command.Run("runs", "compare", runs.First, runs.First + Path.DirectorySeparatorChar));
        Assert.Contains("is named twice", Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o")]
    [InlineData("--picture")]
    public void Compare_AFileThatCannotBeWritten_EndsWithFive(string option)
    {
        string file = Path.Combine(_command.Folder, "missing", "file");
        Assert.Equal(5, _command.Run("runs", "compare", runs.First, runs.Second, option, file));
        Assert.Contains($"{file}' cannot be written", Output, StringComparison.Ordinal);
    }

    private JsonArray List(string folder) => RunToJson("runs", "list", "--output", folder);

    private JsonArray Compare(params string[] names) =>
        RunToJson(["runs", "compare", .. names, "--output", runs.Folder]);

    private JsonArray RunToJson(params string[] arguments)
    {
        string file = Path.Combine(_command.Folder, "result.json");
        Assert.Equal(0, _command.Run([.. arguments, "--format", "json", "--file", file]));
        return JsonNode.Parse(File.ReadAllText(file))!.AsArray();
    }

    private string New(string name) => Directory.CreateDirectory(Path.Combine(_command.Folder, name)).FullName;

    private static void Change(string run, Func<RunReport, RunReport> change) =>
        File.WriteAllText(Path.Combine(run, RunReport.FileName), change(Report(run)).ToJson());

    private static IEnumerable<string> Row(JsonArray comparison, string what) =>
        comparison.Single(row => $"{row!["what"]}" == what)!.AsObject().Skip(1).Select(cell => $"{cell.Value}");

    private static IEnumerable<double> Numbers(IEnumerable<JsonNode?> values) =>
        values.Select(value => value!.GetValue<double>());

    private static RunReport Report(string run) => RunReport.TryRead(Path.Combine(run, RunReport.FileName))!;
}
