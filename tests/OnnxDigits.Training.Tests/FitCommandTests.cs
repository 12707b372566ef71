using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Commands;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;
using TorchSharp;

namespace OnnxDigits.Training.Tests;

public sealed class FitCommandTests : IDisposable
{
    private readonly CommandRunner _command = new();
    private readonly string _folder;
    private readonly StringWriter _output;

    public FitCommandTests() => (_folder, _output) = (_command.Folder, _command.Output);

    public void Dispose() => _command.Dispose();

    [Theory]
    [InlineData("Usage: digit-train COMMAND [options]")]
    [InlineData("Usage: digit-train fit [options]", "fit")]
    [InlineData("Usage: digit-train evaluate RUN [options]", "evaluate")]
    [InlineData("Usage: digit-train runs COMMAND [options]", "runs")]
    [InlineData("Usage: digit-train runs list [options]", "runs", "list")]
    [InlineData("Usage: digit-train runs show RUN... [options]", "runs", "show")]
    [InlineData("Usage: digit-train runs compare [RUN...] [options]", "runs", "compare")]
    [InlineData("Usage: digit-train digits export FOLDER [options]", "digits", "export")]
    [InlineData("Usage: digit-train digits sheet FILE [options]", "digits", "sheet")]
    [InlineData("Usage: digit-train recipe [options]", "recipe")]
    [InlineData("Usage: digit-train sweep list PLAN [options]", "sweep", "list")]
    [InlineData("Usage: digit-train sweep run PLAN [options]", "sweep", "run")]
    [InlineData("Usage: digit-train sweep report PLAN [options]", "sweep", "report")]
    public void Help_EveryCommand_FitsEightyColumns(string usage, params string[] arguments)
    {
        using var command = new CommandRunner();
        Assert.Equal(ExitCode.Success, command.Run([.. arguments, "--help"]));
        string[] lines = command.Output.ToString().Split('\n');
        // The name of the root command is that of the program, which is another one in tests.
        string name = System.CommandLine.RootCommand.ExecutableName;
        Assert.Contains(lines, line => line.Replace(name, "digit-train") == usage);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain(lines, line => line.Contains("VALUE", StringComparison.Ordinal));
        string text = string.Join(' ', lines.Select(line => line.Trim()));
        Assert.All(
            DigitNetworks.Names.Where(_ => arguments is ["fit"]).Select(Recipe.For),
            recipe => Assert.Contains($"{recipe.Epochs} for ", text, StringComparison.Ordinal));
        // Every option but help and version has a group.
        Assert.InRange(lines.SkipWhile(line => line != "Other:").Count(line => line.StartsWith("  -")), 1, 2);
    }

    [Fact]
    public void Run_OptionsWithoutACommand_NamesTheCommand()
    {
        Assert.Equal(ExitCode.Usage, _command.Run("--epochs", "1"));
        Assert.Contains("--epochs is an option of ", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains(" fit. Write the command first.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneEpoch_WritesACompleteRunFolder()
    {
        Assert.Equal(0, Run("--network", "dense", "--epochs", "1", "--seed", "7", "--runs-folder", _folder));
        string run = Assert.Single(Directory.GetDirectories(_folder));
        Assert.EndsWith("_dense_seed7", run, StringComparison.Ordinal);
        Assert.Equal(
            CommandRunner.FilesOfADenseRun,
            Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(run, "metrics.csv")).Length);

        JsonElement report = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "report.json"))).RootElement;
        JsonElement recipe = report.GetProperty("run").GetProperty("recipe");
        Assert.Equal("rmsProp", recipe.GetProperty("optimizer").GetProperty("kind").GetString());
        Assert.Equal("generated", report.GetProperty("run").GetProperty("dataSet").GetString());
        Assert.Equal(
            0, report.GetProperty("result").GetProperty("agreement").GetProperty("digitsDiffering").GetInt32());
        Assert.Equal("fit", report.GetProperty("arguments")[0].GetString());
        Assert.Equal(2, report.GetProperty("schema").GetInt32());
        Assert.Matches("^[0-9a-f]{40}$", report.GetProperty("commit").GetString());
        Assert.Equal(512, report.GetProperty("run").GetProperty("layers")[1].GetProperty("units").GetInt32());
        Assert.Contains("407,050", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_TwoEpochsAndAMissedBar_WritesAnObjectForEachEventAndPublishesNothing()
    {
        using var command = new CommandRunner { Error = new StringWriter() };
        string models = Path.Combine(_folder, "models");
        Assert.Equal(ExitCode.Accuracy, command.Run(
            "fit", "--network", "dense", "--epochs", "2", "--validation-split", "0.1", "--min-accuracy", "1", "--json",
            "--runs-folder", command.Folder, "--publish", models));

        Assert.False(Directory.Exists(models));
        JsonNode[] events = [.. command.Output.ToString().Split('\n')[..^1].Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(
            ["started", "epoch", "epoch", "finished", "failed"], events.Select(item => $"{item["event"]}"));
        RunReport report = RunReport.ReadAll(command.Folder, Assert.Fail).Single();
        Assert.Equal((report.Folder, 0), ($"{events[0]["folder"]}", (int)events[0]["epochsDone"]!));
        Assert.Equal(
            report.Epochs.Select(epoch => ((double?)epoch.Epoch, epoch.Loss, epoch.ValidationAccuracy)),
            events[1..3].Select(item => (
                (double?)item["epoch"], (double)item["loss"]!, (double?)item["validationAccuracy"])));
        Assert.Equal(report.Result!.TestAccuracy, (double)events[3]["testAccuracy"]!);
        string[] files = [.. events[3]["pictures"]!.AsArray().Append(events[3]["model"]).Select(path => $"{path}")];
        Assert.Equal(4, files.Count(File.Exists));
        Assert.Equal(ExitCode.Accuracy, (int)events[4]["exitCode"]!);
        Assert.EndsWith("below --min-accuracy 1.", $"{events[4]["message"]}");
        Assert.Contains("epoch 2/2: loss ", command.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{events[4]["message"]}", command.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv", "flatten, dense, dropout 0.25, dense_1")]
    [InlineData("own", "dropout 0.25, flatten, dropout_1 0.25, dense")]
    public void Dropout_WithOrWithoutSuchLayers_IsTheirRateOrThatOfANewOne(string name, string expected)
    {
        var own = new DigitNetwork(
            "own", model => model.Dropout(0.5).Flatten().Dropout(0.1).Dense(10, Activation.Softmax),
            Recipe.For("dense"));
        using SequentialModel model = (name == "own" ? own : DigitNetworks.Find(name)).Create(seed: 1, dropout: 0.25);
        Assert.EndsWith(expected, string.Join(", ", model.Layers.Select(
            layer => layer.Rate is { } rate ? $"{layer.Name} {rate}" : layer.Name)), StringComparison.Ordinal);
        Recipe recipe = Recipe.For("dense") with { DropoutRate = 0.25 };
        Assert.Equal("0.25", RunIdentity.Of(model, recipe, "", "", torch.CPU).Settings()["dropoutRate"]);
    }

    [Fact]
    public void Run_ExportedModel_HoldsTheDigestOfItsOtherBytes()
    {
        Run("--network", "dense", "--epochs", "1", "--runs-folder", _folder);
        string file = Directory.GetFiles(_folder, "dense.onnx", SearchOption.AllDirectories).Single();
        byte[] model = File.ReadAllBytes(file);
        // The entry consists of its tag and length, the key and a value of 64 digits, both with tag and length.
        byte[] key = Encoding.UTF8.GetBytes(ModelKeys.Digest);
        int place = model.AsSpan().IndexOf(key);
        int value = place + key.Length + 2;
        byte[] others = [.. model[..(place - 4)], .. model[(value + 64)..]];
        Assert.Equal(Encoding.UTF8.GetString(model, value, 64), Convert.ToHexStringLower(SHA256.HashData(others)));
    }

    [Fact]
    public void Run_OwnNetwork_IsTheDefaultAndTrainedExportedAndResumedLikeTheOthers()
    {
        try
        {
            TrainingProgram.Register(new DigitNetwork(
                "own", model => model.Flatten().Dropout(0.2).Dense(10, Activation.Softmax),
                new Recipe { Epochs = 1, BatchSize = 32 }));
            Assert.Equal(0, Run("--runs-folder", _folder));
            Assert.Equal(0, Run("--runs-folder", _folder, "--resume"));
            RunReport report = Assert.Single(RunReport.ReadAll(_folder, Assert.Fail));
            Assert.Equal(("own", 7_850), (report.Run.Network, report.Parameters));
            Assert.True(File.Exists(report.ModelPath));
            Assert.Contains("Already finished: own", _output.ToString(), StringComparison.Ordinal);
            Assert.Equal(0, Run("--network", "dense", "--epochs", "1", "--runs-folder", _folder));
        }
        finally
        {
            DigitNetworks.Own = null;
        }

        Assert.All(["conv", "all", "", "A", "a/b", "../x"], name => Assert.Throws<ArgumentException>(
            () => TrainingProgram.Register(new DigitNetwork(name, model => model.Flatten(), Recipe.For("dense")))));
        var error = Assert.Throws<InvalidOperationException>(
            () => new DigitNetwork("a", model => model.Flatten().Dense(10), Recipe.For("dense")).Create(seed: 1));
        Assert.Contains("'a' ends with 10 outputs. End it with Dense(10, Act", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OwnNetworkWhoseLayersDoNotFit_ReturnsTwoAndNamesTheLayer()
    {
        try
        {
            TrainingProgram.Register(new DigitNetwork("own", model => model.Conv2D(4, 30), Recipe.For("dense")));
            Assert.Equal(2, Run("--runs-folder", _folder));
        }
        finally
        {
            DigitNetworks.Own = null;
        }

        Assert.Contains(
            "error: The network 'own' cannot be built: conv2d has a window of 30×30", _output.ToString(),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Run_TwiceInTheSameSecond_CreatesTwoFolders()
    {
        var frozen = new FrozenClock();
        Run(frozen, "--network", "dense", "--epochs", "1", "--runs-folder", _folder);
        byte[] first = File.ReadAllBytes(Path.Combine(Directory.GetDirectories(_folder).Single(), "report.json"));
        Run(frozen, "--network", "dense", "--epochs", "1", "--runs-folder", _folder);
        string[] runs = [.. Directory.GetDirectories(_folder).Order(StringComparer.Ordinal)];
        Assert.Equal(2, runs.Length);
        Assert.Equal(runs[0] + "_2", runs[1]);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(runs[0], "report.json")));
    }

    [Fact]
    public void Publish_SeveralSeeds_WritesTheOneWithTheLowestTrainingLossAndACardOfAll()
    {
        string models = Path.Combine(_folder, "models");
        Assert.Equal(
            0,
            Run("--network", "dense", "--epochs", "1", "--runs", "2", "--runs-folder", _folder, "--publish", models));
        Assert.Equal(
            ["dense.json", "dense.md", "dense.onnx"],
            Directory.GetFiles(models).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        RunReport[] runs = [.. RunReport.ReadAll(_folder, Assert.Fail).OrderBy(run => run.Run.Recipe.Seed)];
        RunReport published = runs[0].Epochs[^1].Loss < runs[1].Epochs[^1].Loss ? runs[0] : runs[1];
        Assert.Equal(File.ReadAllBytes(published.ModelPath), File.ReadAllBytes(Path.Combine(models, "dense.onnx")));

        ModelCard card = ReportJson.Read<ModelCard>(File.ReadAllBytes(Path.Combine(models, "dense.json")));
        Assert.Equal(published.Result!.OnnxSha256, card.OnnxSha256);
        Assert.Empty(published.Run.DifferencesTo(card.Run));
        Assert.Equal([1, 2], card.Seeds.Select(seed => seed.Seed));
        double[] accuracies = [.. runs.Select(run => run.Result!.TestAccuracy)];
        Assert.Equal(accuracies, card.Seeds.Select(seed => seed.Result.TestAccuracy));
        Assert.Equal(accuracies.Average(), card.MeanTestAccuracy, 1e-12);
        Assert.Equal(Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2), card.StandardDeviation, 1e-12);

        string markdown = File.ReadAllText(Path.Combine(models, "dense.md"));
        Assert.Equal(card.ToMarkdown(), markdown);
        Assert.Contains("| 1 | 0.", markdown, StringComparison.Ordinal);
        Assert.Contains("| 2 | 0.", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dense.onnx", true)]
    [InlineData("dense.onnx", false)]
    [InlineData("dense.json", false)]
    [InlineData("dense.md", false)]
    public void Publish_OverAFileOfTheUser_ReturnsFiveBeforeItTrains(string name, bool published)
    {
        string models = Path.Combine(_folder, "models"), file = Path.Combine(models, name);
        string[] arguments = ["--network", "dense", "--epochs", "1", "--runs-folder", _folder, "--publish", models];
        Directory.CreateDirectory(models);
        if (published)
        {
            // Published files are replaced, until one is changed.
            Assert.Equal((0, 0), (Run(arguments), Run([.. arguments, "--resume"])));
        }
        File.AppendAllText(file, "{}");
        byte[] before = File.ReadAllBytes(file);
        _command.OpenData = _ => throw new InvalidOperationException("The data was opened.");

        Assert.Equal(5, Run(arguments));

        Assert.Contains(
            $"'{file}' exists and was not published by training", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Theory]
    [InlineData("--network=conv --runs=3 --publish=artifacts/models")]
    [InlineData("--network=conv --set=epochs=1 --set=batchSize=32 --set=seed=7 --set=optimizer.learningRate=0.0003 "
        + "--threads=2 --data=generated --publish=DIR")]
    [InlineData("--network=best --set=optimizer.kind=rmsProp --set=drawn.digits=5 --set=augmentation=null")]
    public void CommandFor_AnyOptions_RepeatsTheRuns(string arguments)
    {
        ILookup<string, string> given = arguments
            .Replace("DIR", "/home/me/models", StringComparison.Ordinal).Split(' ')
            .Select(argument => argument.Split('=', 2)).ToLookup(argument => argument[0], argument => argument[1]);
        int? Number(string name) =>
            given[name].SingleOrDefault() is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        string network = given["--network"].Single();
        var options = new TrainOptions
        {
            Recipes = new OrderedDictionary<string, Recipe>
            {
                [network] = given["--set"].Aggregate(
                    Recipe.For(network), (recipe, setting) => RecipeChange.OfText(setting).ApplyTo(recipe)),
            },
            RunsFolder = "runs",
            Runs = Number("--runs") ?? 1,
            Threads = Number("--threads"),
            Data = given["--data"].SingleOrDefault(),
            Publish = given["--publish"].SingleOrDefault(),
        };
        Assert.Equal($"dotnet cake --target=Train {arguments}", options.CommandFor(network));
    }

    [Fact]
    public void LeaveOut_TestImages_RemovesTheDisputedOnes()
    {
        var options = new DigitDataOptions
        {
            Data = "generated",
            GeneratedTrainCount = 10,
            GeneratedTestCount = 10_000,
        };
        DigitImages test = DigitDataSource.Open(options).Test;
        DigitImages left = DisputedLabels.LeaveOut(test);
        Assert.Equal(9_985, left.Count);
        Assert.Equal(test.Image(946), left.Image(946));
        Assert.Equal(test.Image(948), left.Image(947));
        Assert.Equal(test.Image(9999), left.Image(9984));
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
    [InlineData("--patience", "0", "--validation-split", "0.1")]
    [InlineData("--patience", "2")]
    [InlineData("--set", "patience=2")]
    [InlineData("--dropout", "1")]
    [InlineData("--publish=")]
    [InlineData("--epochs", "--seed", "3")]
    [InlineData("--data", "--json")]
    public void Run_InvalidArguments_ReturnsTwoAndTrainsNothing(params string[] arguments)
    {
        _command.OpenData = _ => throw new InvalidOperationException("The data was opened.");
        Assert.Equal(2, Run([.. arguments, "--runs-folder", _folder]));
        Assert.Contains("error:", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("1e-9", "holds out 0 of ")]
    [InlineData("0.9999999", "leave one to train on")]
    public void Run_ValidationSplitOfNoneOrAll_ReturnsTwoAndTrainsNothing(string split, string message)
    {
        string runs = Path.Combine(_folder, "runs");
        Assert.Equal(2, Run("--network", "dense", "--validation-split", split, "--runs-folder", runs));
        Assert.Contains(message, _output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(runs));
    }

    [Theory]
    [InlineData("--runs-folder")]
    [InlineData("--publish")]
    public void Run_FolderBelowAFile_ReturnsFiveBeforeItOpensTheData(string option)
    {
        _command.OpenData = _ => throw new InvalidOperationException("The data was opened.");
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        string unwritable = Path.Combine(file, "folder");
        Assert.Equal(5, Run("--network", "dense", option, unwritable));
        Assert.Contains($"'{unwritable}' cannot be written", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("The run folder is deleted.")]
    [InlineData("A file cannot be replaced.")]
    public void Run_FolderFailsDuringTraining_SavesTheNetworkElsewhere(string fault)
    {
        // The clock is first read after the folder is created.
        var clock = new ActingClock(1, () =>
        {
            string run = Directory.GetDirectories(_folder).Single();
            if (fault.Contains("deleted", StringComparison.Ordinal)) Directory.Delete(run, recursive: true);
            else Directory.CreateDirectory(Path.Combine(run, "dense.onnx"));
        });
        Assert.Equal(5, Run(clock, "--network", "dense", "--epochs", "1", "--runs-folder", _folder));
        string saved = Regex.Match(_output.ToString(), "The network is saved in '(.+)'").Groups[1].Value;
        try
        {
            Assert.Equal(
                CommandRunner.FilesOfADenseRun,
                Directory.GetFiles(saved).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(RunState.Finished, RunReport.Read(saved)!.ReadState());
        }
        finally
        {
            if (saved.Length > 0) Directory.Delete(saved, recursive: true);
        }
    }

    [Fact]
    public void Run_MoreThreadsThanCores_Warns()
    {
        int threads = Environment.ProcessorCount + 1;
        Run("--network", "dense", "--epochs", "1", "--threads", $"{threads}", "--runs-folder", _folder);
        string warning = Assert.Single(_output.ToString().Split('\n'), line => line.Contains("warning:"));
        Assert.Contains($"{threads} is more than the {Environment.ProcessorCount} cores", warning);
        Run("--network", "dense", "--epochs", "1", "--threads", "1", "--runs-folder", _folder);
        Assert.Single(_output.ToString().Split('\n'), line => line.Contains("warning:"));
    }

    private int Run(params string[] arguments) => _command.Run(["fit", .. arguments]);

    private int Run(TimeProvider clock, params string[] arguments) => _command.Run(clock, ["fit", .. arguments]);

    private sealed class FrozenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
