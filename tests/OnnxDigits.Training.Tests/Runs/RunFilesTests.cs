using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Reports;
using OnnxDigits.Training.Reports.Pictures;
using OnnxDigits.Training.Tests.Pictures;
using Tensorboard;

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
    public void Run_Terminated_LeavesAReportWithoutResultAndPictures()
    {
        Assert.Empty(Directory.GetFiles(runs.Stopped, "*.png"));
        RunReport report = RunReport.Read(runs.Stopped)!;
        Assert.Null(report.Result);
        Assert.Single(report.Epochs);
    }

    [Fact]
    public void Run_Succeeds_WritesNoWarning() =>
        Assert.DoesNotContain("warning", runs.Output, StringComparison.Ordinal);

    [Fact]
    public void MetricsCsv_Always_HoldsTheEpochsOfTheReport()
    {
        string[][] rows = Csv(runs.First, "metrics.csv");
        Assert.Equal(["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"], rows[0]);
        Assert.Equal(
            RunReport.Read(runs.First)!.Epochs
                .Select(epoch => (epoch.Epoch, epoch.Loss, epoch.ValidationAccuracy!.Value)),
            rows.Skip(1).Select(row => ((int)Number(row[0]), Number(row[1]), Number(row[4]))));
    }

    [Fact]
    public void EventFile_Always_HoldsTheEpochsOfTheReport()
    {
        RunReport report = RunReport.Read(runs.First)!;
        Event[] events = EventRecords.Read(Path.Combine(runs.First, EventFile.Name));
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(
            report.Epochs.Select(epoch => (
                (long)epoch.Epoch, (float)epoch.Loss, (float)epoch.ValidationLoss!, (float)epoch.Accuracy,
                (float)epoch.ValidationAccuracy!, 0.001f)),
            events.Skip(1).Select(item => (
                item.Step, Scalar(item, "loss/train"), Scalar(item, "loss/validation"), Scalar(item, "accuracy/train"),
                Scalar(item, "accuracy/validation"), Scalar(item, "learning_rate"))));
        double seconds = events[^1].WallTime - report.Started.ToUnixTimeMilliseconds() / 1000.0;
        Assert.Equal(report.Seconds, seconds, 1e-3);

        static float Scalar(Event item, string tag) =>
            Assert.Single(item.Summary.Value, value => value.Tag == tag).SimpleValue;
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(5)]
    public void EventFile_CutOffOrOfAnotherRun_IsWholeAfterTheNextEpoch(int change)
    {
        RunReport report = RunReport.Read(runs.First)!;
        byte[] whole = File.ReadAllBytes(Path.Combine(runs.First, EventFile.Name));
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, change < 0 ? whole[..^-change] : [.. whole, .. new byte[change]]);
        EventFile.Write(file, report);
        Assert.Equal(whole, File.ReadAllBytes(file));
        File.Delete(file);
    }

    [Fact]
    public void MistakesCsv_Always_HoldsTheMostConfidentFirst()
    {
        string[][] rows = Csv(runs.First, "mistakes.csv");
        Assert.Equal(["index", "label", "digit", "confidence"], rows[0]);
        double[] confidences = [.. rows.Skip(1).Select(row => Number(row[3]))];
        Assert.Equal(confidences.OrderDescending(), confidences);
        Assert.All(confidences, confidence => Assert.InRange(confidence, 0.1, 1));
        Assert.All(rows.Skip(1), row => Assert.Equal(ManyRuns.Test.Label((int)Number(row[0])), (int)Number(row[1])));
    }

    [Fact]
    public void ConfusionCsv_Always_AgreesWithMistakesAndReport()
    {
        long[][] counts = [.. Csv(runs.First, "confusion.csv").Skip(1)
            .Select(row => row.Skip(1).Select(count => long.Parse(count, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(
            RunReport.Read(runs.First)!.Result!.Recall, counts.Select((row, label) => (double)row[label] / row.Sum()));
        var mistakes = Csv(runs.First, "mistakes.csv").Skip(1).CountBy(row => (row[1], row[2])).ToDictionary();
        for (int label = 0; label < 10; label++)
        {
            for (int digit = 0; digit < 10; digit++)
            {
                if (digit != label)
                {
                    Assert.Equal(counts[label][digit], mistakes.GetValueOrDefault(($"{label}", $"{digit}")));
                }
            }
        }
    }

    [Fact]
    public void Run_PicturesCannotBeWritten_WarnsOnceAndExportsTheModel()
    {
        using var command = new CommandRunner { OpenData = _ => DigitGenerator.CreateDataSet(1, 1000, 100) };
        // The clock is first read after the folder is created.
        var clock = new ActingClock(1, () =>
        {
            string run = Directory.GetDirectories(command.Folder).Single();
            foreach (string picture in (string[])["learning.png", "mistakes.png"])
            {
                Directory.CreateDirectory(Path.Combine(run, picture));
            }
        });
        Assert.Equal(
            0, command.Run(clock, "fit", "--network", "dense", "--epochs", "1", "--runs-folder", command.Folder));
        string output = command.Output.ToString();
        Assert.Equal(2, output.Split("warning:").Length);
        Assert.Contains(
            "Some pictures are missing; all other files of the run are complete. ", output, StringComparison.Ordinal);
        string folder = Directory.GetDirectories(command.Folder).Single();
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
        foreach (string name in (string[])["dense.onnx", "report.json", "confusion.png"])
        {
            Assert.True(File.Exists(Path.Combine(folder, name)));
        }
    }

    private static string[][] Csv(string run, string file) =>
        [.. File.ReadAllLines(Path.Combine(run, file)).Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
