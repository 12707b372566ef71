using System.Globalization;
using System.Text.Json.Nodes;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using OnnxDigits.Training.Tests.Pictures;

namespace OnnxDigits.Training.Tests.Runs;

[Collection(nameof(ManyRuns))]
public sealed class RunFilesTests(ManyRuns runs)
{
    [Theory]
    [InlineData("learning")]
    [InlineData("confusion")]
    [InlineData("mistakes")]
    public void Run_Finished_LeavesPicturesForLightAndDarkPages(string name)
    {
        foreach (string run in (string[])[runs.First, runs.Second, runs.Interrupted])
        {
            Png.AssertDrawn(File.ReadAllBytes(Path.Combine(run, $"{name}.png")), Palette.Light);
            Png.AssertDrawn(File.ReadAllBytes(Path.Combine(run, $"{name}-dark.png")), Palette.Dark);
        }
    }

    [Fact]
    public void Run_SeveralSeeds_LeavesTheirComparisonWithTheLast()
    {
        Png.AssertDrawn(File.ReadAllBytes(Path.Combine(runs.Second, "comparison.png")), Palette.Light);
        Png.AssertDrawn(File.ReadAllBytes(Path.Combine(runs.Second, "comparison-dark.png")), Palette.Dark);
        Assert.Equal(2, Directory.GetFiles(runs.Folder, "comparison*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Run_Terminated_LeavesNoPicture() => Assert.Empty(Directory.GetFiles(runs.Stopped, "*.png"));

    [Fact]
    public void Run_AllWell_WarnsOfNothing() => Assert.DoesNotContain("warning", runs.Output, StringComparison.Ordinal);

    [Fact]
    public void Metrics_CsvAndJson_HoldTheSame()
    {
        string[] rows = File.ReadAllLines(Path.Combine(runs.First, "metrics.csv"));
        Assert.Equal(3, rows.Length);
        Assert.Equal(rows, Csv(Json(runs.First, "metrics.json").AsArray(), twoDecimals: "seconds"));
    }

    [Fact]
    public void Mistakes_CsvAndJson_HoldTheSameMostConfidentFirst()
    {
        JsonArray mistakes = Json(runs.First, "mistakes.json").AsArray();
        Assert.Equal(File.ReadAllLines(Path.Combine(runs.First, "mistakes.csv")), Csv(mistakes));
        double[] probabilities = [.. mistakes.Select(mistake => mistake!["probability"]!.GetValue<double>())];
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.All(probabilities, probability => Assert.InRange(probability, 0.1, 1));
        Assert.All(mistakes, mistake =>
            Assert.Equal(ManyRuns.Test.Label(mistake!["index"]!.GetValue<int>()), mistake["label"]!.GetValue<int>()));
    }

    [Fact]
    public void Confusion_CsvJsonMistakesAndReport_Agree()
    {
        long[][] counts = [.. Json(runs.First, "confusion.json")["counts"]!.AsArray()
            .Select(row => row!.AsArray().Select(count => count!.GetValue<long>()).ToArray())];
        Assert.Equal(
            File.ReadAllLines(Path.Combine(runs.First, "confusion.csv")).Skip(1),
            counts.Select((row, label) => $"{label},{string.Join(',', row)}"));
        RunReport report = RunReport.TryRead(Path.Combine(runs.First, RunReport.FileName))!;
        Assert.Equal(report.Recall, counts.Select((row, label) => (double)row[label] / row.Sum()));
        var mistakes = Json(runs.First, "mistakes.json").AsArray()
            .CountBy(mistake => ($"{mistake!["label"]}", $"{mistake["digit"]}")).ToDictionary();
        for (int label = 0; label < 10; label++)
        {
            for (int digit = 0; digit < 10; digit++)
            {
                if (digit == label) continue;
                Assert.Equal(counts[label][digit], mistakes.GetValueOrDefault(($"{label}", $"{digit}")));
            }
        }
    }

    [Fact]
    public void MetricsJson_NoImagesHeldOut_HasNull()
    {
        string json = RunData.MetricsJson([new EpochMetrics(1, 0.5, 0.8, double.NaN, double.NaN, 1)]);
        Assert.Null(JsonNode.Parse(json)![0]!["val_loss"]);
        Assert.Null(JsonNode.Parse(json)![0]!["val_accuracy"]);
    }

    [Fact]
    public void Run_PicturesCannotBeWritten_WarnsOnceAndExportsTheModel()
    {
        using var command = new CommandRunner { OpenData = _ => DigitGenerator.CreateDataSet(1, 1000, 100) };
        // The first reading comes when the folder is there.
        var clock = new FirstReading(() =>
        {
            string run = Directory.GetDirectories(command.Folder).Single();
            foreach (string picture in (string[])["learning.png", "mistakes.png"])
                Directory.CreateDirectory(Path.Combine(run, picture));
        });
        Assert.Equal(0, command.Run(clock, "--network", "dense", "--epochs", "1", "--output", command.Folder));
        string output = command.Output.ToString();
        Assert.Equal(2, output.Split("warning:").Length);
        Assert.Contains("Some pictures are missing; all other files of the run are complete. ", output, StringComparison.Ordinal);
        string folder = Directory.GetDirectories(command.Folder).Single();
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
        foreach (string name in (string[])["dense.onnx", "report.json", "confusion.png"])
            Assert.True(File.Exists(Path.Combine(folder, name)));
    }

    private static JsonNode Json(string run, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(run, file)))!;

    // The names and values of a list of flat objects, as CSV has them.
    private static IEnumerable<string> Csv(JsonArray rows, string? twoDecimals = null)
    {
        yield return string.Join(',', rows[0]!.AsObject().Select(cell => cell.Key));
        foreach (JsonNode? row in rows)
        {
            yield return string.Join(',', row!.AsObject().Select(cell => cell.Key == twoDecimals
                ? cell.Value!.GetValue<double>().ToString("F2", CultureInfo.InvariantCulture)
                : $"{cell.Value}"));
        }
    }

    private sealed class FirstReading(Action act) : TimeProvider
    {
        private bool _read;

        public override long GetTimestamp()
        {
            if (!_read) act();
            _read = true;
            return base.GetTimestamp();
        }
    }
}
