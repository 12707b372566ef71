using System.Text.Json;

namespace OnnxDigits.Cli.Tests;

public class EvaluateTests
{
    [Fact]
    public void Evaluate_IdxFolder_AgreesWithTheSameImagesAsPng()
    {
        using var idx = new DigitFolder();
        DigitFolder.Set.Write(idx.Path);
        using var png = DigitFolder.WithDigits(300);

        var evaluate = InferRun.Of("evaluate", "--any-digits", "--data", idx.Path);
        var folder = InferRun.Of(png.Path, "-f", "csv");

        Assert.Equal(ExitCode.Success, evaluate.Code);
        using var json = JsonDocument.Parse(evaluate.Output);
        var confusion = json.RootElement.GetProperty("confusion");
        var expected = new long[10, 10];
        foreach (string[] fields in folder.Rows)
        {
            if (fields[2].Length > 0) expected[int.Parse(fields[1]), int.Parse(fields[2])]++;
        }
        for (int label = 0; label < 10; label++)
        {
            for (int digit = 0; digit < 10; digit++)
            {
                Assert.Equal(expected[label, digit], confusion[label][digit].GetInt64());
            }
        }
        Assert.Equal(300, json.RootElement.GetProperty("images").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.True(json.RootElement.GetProperty("loss").GetDouble() > 0);
    }

    [Fact]
    public void Evaluate_Table_ShowsAccuracyAndMatrix()
    {
        using var idx = new DigitFolder();
        DigitFolder.Set.Write(idx.Path);
        var run = InferRun.Of("evaluate", "--any-digits", "--data", idx.Path, "-f", "table");
        Assert.Contains("accuracy", run.Output);
        Assert.Contains("of 300)", run.Output);
        Assert.Contains("precision", run.Output);
    }

    [Fact]
    public void Evaluate_FilesOfOtherDigests_AreRefusedUnlessAskedFor()
    {
        using var idx = new DigitFolder();
        DigitFolder.Set.Write(idx.Path);
        InferRun.Of("evaluate", "--data", idx.Path).AssertRefused(ExitCode.Data, "SHA-256");
        Assert.Equal(ExitCode.Success, InferRun.Of("evaluate", "--any-digits", "--data", idx.Path).Code);
    }

    [Theory]
    [InlineData(ExitCode.Data, "MNIST", "--min-accuracy", "0.1")]
    [InlineData(ExitCode.Success, "", "--min-accuracy", "0.1", "--data", "generated")]
    public void Evaluate_BarWithoutMnist_TakesGeneratedDigitsOnlyIfAskedFor(
        int expected, string message, params string[] options)
    {
        using var cache = new DigitFolder();
        // No proxy answers at this address, so the download fails at once.
        var (code, output, error) = ProcessRun.Of(
            "env",
            [
                "-u", "ONNXDIGITS_DATA", $"XDG_CACHE_HOME={cache.Path}", "http_proxy=http://127.0.0.1:9",
                "https_proxy=http://127.0.0.1:9", "dotnet", ProcessRun.Program, "evaluate", .. options,
            ]);
        Assert.Equal(expected, code);
        Assert.Contains(message, error);
        Assert.Equal(expected == ExitCode.Success, output.Contains("\"dataset\": \"generated\""));
        if (expected != ExitCode.Success) Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void Evaluate_MissingFolder_SaysWhich() =>
        InferRun.Of("evaluate", "--data", "nowhere").AssertRefused(ExitCode.Data, "nowhere");

    [Fact]
    public void Evaluate_BelowTheBar_FailsAfterItsReport()
    {
        using var idx = new DigitFolder();
        // Every label is off by one.
        DigitFolder.Set.Write(idx.Path);
        var shifted = DigitFolder.Set.Test.Labels.ToArray().Select(label => (byte)((label + 1) % 10));
        byte[] labels = [0, 0, 8, 1, 0, 0, 1, 44, .. shifted];
        File.Delete(Directory.GetFiles(idx.Path, "t10k-labels*").Single());
        File.WriteAllBytes(Path.Combine(idx.Path, "t10k-labels-idx1-ubyte"), labels);

        var run = InferRun.Of("evaluate", "--any-digits", "--data", idx.Path, "--min-accuracy", "0.5");
        Assert.Equal(ExitCode.Accuracy, run.Code);
        Assert.Contains("below --min-accuracy", run.Error);
        Assert.Contains("\"accuracy\"", run.Output);
    }
}
