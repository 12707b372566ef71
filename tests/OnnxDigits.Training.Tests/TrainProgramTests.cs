using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using Shared;

namespace OnnxDigits.Training.Tests;

public sealed class TrainProgramTests : IDisposable
{
    private readonly CommandRunner _command = new();
    private readonly string _folder;
    private readonly StringWriter _output;

    public TrainProgramTests() => (_folder, _output) = (_command.Folder, _command.Output);

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Run_OneEpoch_LeavesACompleteRunFolder()
    {
        Assert.Equal(0, Run("--network", "dense", "--epochs", "1", "--seed", "7", "--output", _folder));
        string run = Assert.Single(Directory.GetDirectories(_folder));
        Assert.EndsWith("_dense_seed7", run, StringComparison.Ordinal);
        Assert.Equal(
            CommandRunner.FilesOfADenseRun,
            Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);

        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "report.json")));
        Assert.Equal("generated", report.RootElement.GetProperty("data_set").GetString());
        Assert.Equal(0, report.RootElement.GetProperty("agreement").GetProperty("digits_differing").GetInt32());
        Assert.Contains("407,050", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ExportedModel_HasTheDigestOfItsOtherBytes()
    {
        Run("--network", "dense", "--epochs", "1", "--output", _folder);
        string file = Directory.GetFiles(_folder, "dense.onnx", SearchOption.AllDirectories).Single();
        byte[] model = File.ReadAllBytes(file);
        // The entry: tag and length of itself, of the key and of 64 digits.
        byte[] key = Encoding.UTF8.GetBytes(ModelKeys.Digest);
        int place = model.AsSpan().IndexOf(key);
        int value = place + key.Length + 2;
        byte[] others = [.. model[..(place - 4)], .. model[(value + 64)..]];
        Assert.Equal(Encoding.UTF8.GetString(model, value, 64), Convert.ToHexStringLower(SHA256.HashData(others)));
    }

    [Fact]
    public void Run_SavedWeights_LoadIntoAFreshNetworkWithTheReportedAccuracy()
    {
        Run("--network", "conv", "--epochs", "1", "--output", _folder);
        string run = Directory.GetDirectories(_folder).Single();
        using DigitNetwork network = DigitNetworks.Create("conv", seed: 99);
        network.Logits.load(Path.Combine(run, "weights.dat"));
        using var test = new DigitTensors(SmallDigits.Open().Test);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "report.json")));
        Assert.Equal(report.RootElement.GetProperty("test_accuracy").GetDouble(), Evaluation.Of(network, test).Accuracy);
    }

    [Fact]
    public void Run_TwiceInTheSameSecond_NeverWritesIntoAnOldFolder()
    {
        var frozen = new FrozenClock();
        Run(frozen, "--network", "dense", "--epochs", "1", "--output", _folder);
        byte[] first = File.ReadAllBytes(Path.Combine(Directory.GetDirectories(_folder).Single(), "report.json"));
        Run(frozen, "--network", "dense", "--epochs", "1", "--output", _folder);
        string[] runs = [.. Directory.GetDirectories(_folder).Order(StringComparer.Ordinal)];
        Assert.Equal(2, runs.Length);
        Assert.Equal(runs[0] + "_2", runs[1]);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(runs[0], "report.json")));
    }

    [Fact]
    public void Run_SeveralSeedsPublished_ShipsTheFirstWithACardOfAll()
    {
        string models = Path.Combine(_folder, "models");
        Assert.Equal(0, Run("--network", "dense", "--epochs", "1", "--runs", "2", "--output", _folder, "--publish", models));
        Assert.Equal(["dense.md", "dense.onnx"], Directory.GetFiles(models).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string first = Directory.GetFiles(_folder, "dense.onnx", SearchOption.AllDirectories)
            .Single(file => file.Contains("_dense_seed1", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(Path.Combine(models, "dense.onnx")));
        string card = File.ReadAllText(Path.Combine(models, "dense.md"));
        Assert.Contains("| 1 | ", card, StringComparison.Ordinal);
        Assert.Contains("| 2 | ", card, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherDataPublished_HasACardWhoseCommandMakesTheSame()
    {
        string models = Path.Combine(_folder, "models");
        Run("--network", "dense", "--epochs", "1", "--data", "generated", "--output", _folder, "--publish", models);
        Assert.Contains(
            "`dotnet cake --target=Train --network=dense --seed=1 --runs=1 --epochs=1 --data=generated --publish=DIR`",
            File.ReadAllText(Path.Combine(models, "dense.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void LeaveOut_MnistsTestImages_LacksTheDisputedOnesAlone()
    {
        DigitImages test = DigitDataSource.Open(new DigitDataOptions { Data = "generated", GeneratedTrainCount = 10, GeneratedTestCount = 10_000 }).Test;
        DigitImages left = DisputedLabels.LeaveOut(test);
        Assert.Equal(9_985, left.Count);
        Assert.Equal(test.Image(946), left.Image(946));
        Assert.Equal(test.Image(948), left.Image(947));
        Assert.Equal(test.Image(9999), left.Image(9984));
    }

    [Fact]
    public void Run_BelowTheAccuracyAskedFor_EndsWithOneAndPublishesNothing()
    {
        string models = Path.Combine(_folder, "models");
        Assert.Equal(1, Run("--network", "dense", "--epochs", "1", "--min-accuracy", "1", "--output", _folder, "--publish", models));
        Assert.Contains("below the bar of 1.0000", _output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(models));
    }

    [Theory]
    [InlineData("--network", "vgg")]
    [InlineData("--network", "small")]
    [InlineData("--epochs", "0")]
    [InlineData("--epochs", "many")]
    [InlineData("--batch-size", "-3")]
    [InlineData("--seed", "1.5")]
    [InlineData("--min-accuracy", "1.5")]
    [InlineData("--min-accuracy", "high")]
    [InlineData("--no-such-option", "1")]
    [InlineData("--data", "@missing", "stray")]
    [InlineData("--publish", "")]
    [InlineData("--validation-split", "1")]
    [InlineData("--publish=")]
    public void Run_WrongArguments_EndsWithTwoAndTrainsNothing(params string[] arguments)
    {
        _command.OpenData = _ => throw new InvalidOperationException("The data was opened.");
        Assert.Equal(2, Run([.. arguments, "--output", _folder]));
        Assert.Contains("error:", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Run_DataThatCannotBeRead_EndsWithFourAndLeavesNothing()
    {
        _command.OpenData = data => DigitDataSource.Open(new DigitDataOptions { Data = data, AllowDownload = false });
        string missing = Path.Combine(_folder, "no-data");
        Assert.Equal(4, Run("--data", missing, "--output", Path.Combine(_folder, "runs")));
        Assert.Contains("no-data", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Run_OutputBelowAFile_EndsWithFive()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.Equal(5, Run("--network", "dense", "--epochs", "1", "--output", Path.Combine(file, "runs")));
        Assert.Contains("--output", _output.ToString(), StringComparison.Ordinal);
    }

    private int Run(params string[] arguments) => _command.Run(arguments);

    private int Run(TimeProvider clock, params string[] arguments) => _command.Run(clock, arguments);

    private sealed class FrozenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
