using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>Networks that learn from the answers of others.</summary>
public sealed class TeacherTests(TeacherTests.Teachers files) : IClassFixture<TeacherTests.Teachers>, IDisposable
{
    private readonly CommandRunner _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Answer_OfTwoTeachers_IsTheMeanOfTorchSharpsProbabilities()
    {
        using var scope = NewDisposeScope();
        using var test = new DigitTensors(SmallDigits.Open().Test);
        using var teachers = new TeacherNetworks([files.Onnx[0], files.Onnx[1]]);
        Tensor expected = (files.Probabilities(0, test.Images) + files.Probabilities(1, test.Images)) / 2;
        Assert.Equal(0, (teachers.Answer(test.Images) - expected).abs().max().item<float>(), 1e-5f);
        Assert.NotEqual(0, (files.Probabilities(0, test.Images) - expected).abs().max().item<float>(), 1e-2f);
    }

    [Fact]
    public void Train_LabelsThatLie_LearnsWhatTheTeacherSays()
    {
        DigitImages images = SmallDigits.Open().Train;
        var lies = new DigitImages(images.Pixels, images.Labels.ToArray().Select(label => (byte)((label + 1) % 10)).ToArray());
        using var teachers = new TeacherNetworks([files.Onnx[0]]);
        using DigitNetwork pupil = DigitNetworks.Create("dense", seed: 5);
        Recipe recipe = Recipe.For("dense") with { Epochs = 2, Seed = 5, Teachers = teachers.Sha256 };
        new Trainer(pupil, recipe) { Teachers = teachers }.Train(lies, new Silent(), TestContext.Current.CancellationToken);
        using var test = new DigitTensors(SmallDigits.Open().Test);
        Assert.InRange(Evaluation.Of(pupil, test).Accuracy, 0.8, 1);
    }

    [Fact]
    public void Train_RecipeThatNamesOtherTeachers_IsRefused()
    {
        using var teachers = new TeacherNetworks([files.Onnx[0]]);
        using DigitNetwork pupil = DigitNetworks.Create("dense", seed: 5);
        Recipe recipe = Recipe.For("dense");
        Assert.Throws<InvalidOperationException>(() => new Trainer(pupil, recipe) { Teachers = teachers }.Train(SmallDigits.Open().Train, new Silent(), TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => new Trainer(pupil, recipe with { Teachers = teachers.Sha256 }).Train(SmallDigits.Open().Train, new Silent(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_WithTeachers_NamesThemInReportAndCardAndTakesNoOtherRunForIts()
    {
        string models = Path.Combine(_command.Folder, "models"), runs = Path.Combine(_command.Folder, "runs");
        string[] plain = ["--network", "dense", "--epochs", "1", "--output", runs, "--resume", "--publish", models];
        string[] taught = [.. plain, "--teacher", files.Onnx[0], "--teacher", files.Onnx[1]];
        Assert.Equal(0, _command.Run(plain));
        byte[] untaught = File.ReadAllBytes(Path.Combine(models, "dense.onnx"));
        Assert.Equal(0, _command.Run(taught));
        byte[] first = File.ReadAllBytes(Path.Combine(models, "dense.onnx"));
        Assert.NotEqual(untaught, first);
        Assert.Equal(2, Directory.GetDirectories(runs).Length);
        string card = File.ReadAllText(Path.Combine(models, "dense.md"));
        using var teachers = new TeacherNetworks([files.Onnx[0], files.Onnx[1]]);
        Assert.Contains($"cross-entropy to the mean answer of the networks {teachers.Sha256}", card, StringComparison.Ordinal);
        Assert.Contains("--teacher=dense.onnx --teacher=dense.onnx", card, StringComparison.Ordinal);
        Assert.Contains(teachers.Sha256, File.ReadAllText(Directory.GetFiles(runs, "report.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last()), StringComparison.Ordinal);

        Assert.Equal(0, _command.Run(["--network", "dense", "--epochs", "1", "--output", Path.Combine(_command.Folder, "again"), "--publish", models, "--teacher", files.Onnx[0], "--teacher", files.Onnx[1]]));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(models, "dense.onnx")));
    }

    [Theory]
    [InlineData("missing.onnx", null)]
    [InlineData("text.onnx", "not a model")]
    [InlineData("empty.onnx", "")]
    public void Run_TeacherThatIsNone_EndsWithFourAndNamesIt(string name, string? text)
    {
        string file = Path.Combine(_command.Folder, name), runs = Path.Combine(_command.Folder, "runs");
        if (text is not null) File.WriteAllText(file, text);
        Assert.Equal(4, _command.Run("--network", "dense", "--epochs", "1", "--output", runs, "--teacher", files.Onnx[0], "--teacher", file));
        Assert.Contains($"error: The teacher {file} cannot be used", _command.Output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(runs));
    }

    private sealed class Silent : ITrainingObserver
    {
        public void OnProgress(TrainingProgress progress)
        {
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }
    }

    /// <summary>Two dense networks after one epoch, of seeds 1 and 2.</summary>
    public sealed class Teachers : IDisposable
    {
        private readonly CommandRunner _command = new();

        public Teachers()
        {
            Assert.Equal(0, _command.Run("--network", "dense", "--epochs", "1", "--runs", "2", "--output", _command.Folder));
            Onnx = [.. Directory.GetFiles(_command.Folder, "dense.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        }

        public string[] Onnx { get; }

        public Tensor Probabilities(int teacher, Tensor images)
        {
            using DigitNetwork network = DigitNetworks.Create("dense", seed: 99);
            network.Logits.load(Path.Combine(Path.GetDirectoryName(Onnx[teacher])!, "weights.dat"));
            network.Classifier.eval();
            using var noGradients = no_grad();
            return network.Classifier.forward(images);
        }

        public void Dispose() => _command.Dispose();
    }
}
