using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static OnnxDigits.Training.Networks.Activation;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public sealed class FitTests : IDisposable
{
    private static readonly DigitImages Images = SmallDigits.Open().Train.Slice(0, 600);

    private readonly DigitTensors _digits = new(Images);
    private readonly string _folder = Directory.CreateTempSubdirectory("fit").FullName;

    public void Dispose()
    {
        _digits.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    public void Fit_LikeARecipe_EqualsTheTrainerToTheBit(string name)
    {
        Recipe recipe = Recipe.For(name) with { Epochs = 2, Seed = 3, ValidationSplit = 0.1 };
        using SequentialModel fitted = DigitNetworks.Create(name, seed: 3);
        using SequentialModel trained = DigitNetworks.Create(name, seed: 3);
        var expected = new Trainer(trained, recipe).Train(Images, TestContext.Current.CancellationToken).Epochs;
        IReadOnlyList<EpochMetrics> epochs = fitted.Compile(recipe.Optimizer, seed: 3).Fit(
            _digits.Images, _digits.Targets, recipe.Epochs, recipe.BatchSize, recipe.ValidationSplit,
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Select(WithoutTime), epochs.Select(WithoutTime));
        Assert.Equal(Weights(trained), Weights(fitted));
    }

    [Fact]
    public void Fit_ValidationData_EqualsAValidationSplitOfTheSameImages()
    {
        using SequentialModel split = WithDropout(), data = WithDropout();
        using Tensor x = _digits.Images[..300], y = _digits.Targets[..300];
        using Tensor heldOut = _digits.Images[300..], heldOutLabels = _digits.Targets[300..];
        IReadOnlyList<EpochMetrics> expected = split.Fit(
            _digits.Images, _digits.Targets, epochs: 2, validationSplit: 0.5,
            cancellation: TestContext.Current.CancellationToken);
        IReadOnlyList<EpochMetrics> epochs = data.Fit(
            x, y, epochs: 2, validationData: (heldOut, heldOutLabels),
            cancellation: TestContext.Current.CancellationToken);
        Assert.NotNull(epochs[0].ValidationLoss);
        Assert.Equal(expected.Select(WithoutTime), epochs.Select(WithoutTime));
        Assert.Equal(Weights(split), Weights(data));
    }

    [Fact]
    public void Fit_Again_ContinuesTheRunToTheBit()
    {
        using SequentialModel once = WithDropout(), twice = WithDropout();
        IReadOnlyList<EpochMetrics> epochs = Fit(once, epochs: 2);
        Assert.Equal(epochs[0] with { Seconds = 0 }, WithoutTime(Assert.Single(Fit(twice, epochs: 1))));
        // Random numbers that others draw don't change the run, and the run doesn't change theirs.
        random.manual_seed(5);
        using Tensor first = rand(4), second = rand(4);
        random.manual_seed(5);
        using Tensor before = rand(4);
        Fit(twice, epochs: 1);
        using Tensor after = rand(4);
        Assert.True(before.Equals(first) && after.Equals(second));
        Assert.Equal(Weights(once), Weights(twice));
    }

    [Theory]
    [InlineData(Loss.CategoricalCrossentropy)]
    [InlineData(Loss.SparseCategoricalCrossentropy)]
    [InlineData(Loss.MeanSquaredError)]
    public void Fit_AnyLoss_LearnsAndMeasuresItsFormula(Loss loss)
    {
        using var scope = NewDisposeScope();
        using SequentialModel model = DigitNetworks.Create("dense", seed: 1).Compile(new OptimizerSettings(), loss);
        Tensor classes = _digits.Targets.argmax(1);
        Tensor labels = loss == Loss.SparseCategoricalCrossentropy ? classes : _digits.Targets;
        IReadOnlyList<EpochMetrics> epochs = model.Fit(
            _digits.Images, labels, epochs: 4, cancellation: TestContext.Current.CancellationToken);
        Assert.True(epochs[^1].Loss < epochs[0].Loss / 2);

        (double measured, double accuracy) = model.Evaluate(_digits.Images, labels);
        Tensor probabilities = model.Predict(_digits.Images);
        Tensor expected = loss == Loss.MeanSquaredError
            ? (probabilities - _digits.Targets).square().mean()
            : -probabilities.gather(1, classes.unsqueeze(1)).log().mean();
        Assert.Equal(expected.item<float>(), measured, 1e-4);
        Assert.Equal(probabilities.argmax(1).eq(classes).to(float64).mean().item<double>(), accuracy, 9);
        Assert.InRange(accuracy, 0.8, 1);
    }

    [Fact]
    public void Fit_Callbacks_StopAtTheBestEpochAndSaveItsWeights()
    {
        string weights = Path.Combine(_folder, "best.dat"), csv = Path.Combine(_folder, "log.csv");
        using SequentialModel model = WithDropout(), saved = WithDropout();
        // The third epoch destroys the weights.
        IReadOnlyList<EpochMetrics> epochs = model.Fit(
            _digits.Images, _digits.Targets, epochs: 10, validationSplit: 0.5, callbacks:
            [
                new LearningRateScheduler(epoch => epoch < 3 ? 1e-3 : 1e3), new EarlyStopping(),
                new ModelCheckpoint(weights), new CsvLogger(csv),
            ],
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(3, epochs.Count);
        using Tensor x = _digits.Images[300..], y = _digits.Targets[300..];
        (double loss, double accuracy) = model.Evaluate(x, y);
        Assert.Equal((epochs[1].ValidationLoss, epochs[1].ValidationAccuracy), (loss, accuracy));
        saved.Load(weights);
        Assert.Equal(Weights(model), Weights(saved));
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal("epoch,loss,accuracy,val_loss,val_accuracy,seconds", lines[0]);
        Assert.Equal(["1", "2", "3"], lines[1..].Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void Fit_Metrics_AreThoseOfThePredictionsInOutputsLogsAndMonitors()
    {
        string weights = Path.Combine(_folder, "best.dat"), csv = Path.Combine(_folder, "log.csv");
        var gap = new Metric("mean_absolute_error", (outputs, classes) =>
            (outputs - nn.functional.one_hot(classes, 10)).abs().mean([1]));
        using SequentialModel model = DigitNetworks.Create("dense", seed: 1)
            .Compile(OptimizerSettings.Adam(), metrics: [Metric.Accuracy, Metric.TopKAccuracy(2), gap]);
        // After the first epoch, the weights stay as they are, so that nothing improves.
        IReadOnlyList<EpochMetrics> epochs = model.Fit(
            _digits.Images, _digits.Targets, epochs: 10, validationSplit: 0.5, callbacks:
            [
                new LearningRateScheduler(epoch => epoch == 1 ? 1e-3 : 0),
                new EarlyStopping("val_mean_absolute_error", patience: 2),
                new ModelCheckpoint(weights, "val_top_2_accuracy"), new CsvLogger(csv),
            ],
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(3, epochs.Count);
        using Tensor x = _digits.Images[..300], y = _digits.Targets[..300];
        using Tensor heldOut = _digits.Images[300..], heldOutLabels = _digits.Targets[300..];
        Same(Metrics(x, y), epochs[1].Metrics!);
        Same(Metrics(heldOut, heldOutLabels), epochs[1].ValidationMetrics!);
        Same(Metrics(heldOut, heldOutLabels), model.Evaluate(heldOut, heldOutLabels).Metrics);
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal(
            "epoch,loss,accuracy,top_2_accuracy,mean_absolute_error,val_loss,val_accuracy,val_top_2_accuracy,"
            + "val_mean_absolute_error,seconds",
            lines[0]);
        Assert.Equal(epochs[2].ValidationMetrics!["top_2_accuracy"], double.Parse(lines[3].Split(',')[7]));
        var error = Assert.Throws<InvalidOperationException>(
            () => new EarlyStopping("val_precision").OnEpoch(model, epochs));
        Assert.EndsWith("only loss, accuracy, top_2_accuracy, mean_absolute_error, val_loss, val_accuracy, "
            + "val_top_2_accuracy, val_mean_absolute_error.", error.Message);

        double[] Metrics(Tensor images, Tensor labels)
        {
            using Tensor probabilities = model.Predict(images);
            float[] outputs = probabilities.data<float>().ToArray(), expected = labels.data<float>().ToArray();
            float[][] rows = [.. outputs.Chunk(10)];
            int[] classes = [.. expected.Chunk(10).Select(row => Array.IndexOf(row, 1))];
            return
            [
                rows.Zip(classes).Average(row => row.First.Count(p => p > row.First[row.Second]) < 2 ? 1.0 : 0),
                outputs.Zip(expected).Average(pair => Math.Abs((double)pair.First - pair.Second)),
            ];
        }

        static void Same(double[] expected, IReadOnlyDictionary<string, double> actual)
        {
            Assert.Equal(["top_2_accuracy", "mean_absolute_error"], actual.Keys);
            Assert.All(expected.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    // The validation losses of the epochs, the patience, the epoch that stops and the best one.
    [Theory]
    [InlineData(new[] { 3.0, 2, 1, 1.5, 1.2, 0.5 }, 2, 5, 3)]
    [InlineData(new[] { 3.0, 2, 1, 1.5, 0.9, 1 }, 2, 6, 5)]
    [InlineData(new[] { 3.0, 3, 2 }, 1, 2, 1)]
    [InlineData(new[] { 3.0, double.NaN, 2, 2.5 }, 2, 4, 3)]
    public void EarlyStopping_LossesOfEpochs_StopsAfterThePatienceWithTheBestWeights(
        double[] losses, int patience, int last, int best)
    {
        using SequentialModel model = new SequentialModel(1).Dense(1);
        var stopping = new EarlyStopping(patience: patience);
        var epochs = new List<EpochMetrics>();
        while (!model.StopTraining && epochs.Count < losses.Length)
        {
            using (no_grad()) model.Logits.parameters().First().fill_(epochs.Count + 1);
            epochs.Add(new EpochMetrics(epochs.Count + 1, 1, 0.5, losses[epochs.Count], 0.5, 0));
            stopping.OnEpoch(model, epochs);
        }

        stopping.OnEnd(model);
        Assert.Equal(last, epochs.Count);
        Assert.Equal(best, model.Logits.parameters().First().item<float>());
    }

    [Fact]
    public void LearningRateScheduler_RateOfZero_LeavesTheWeights()
    {
        using SequentialModel model = WithDropout(), fresh = WithDropout();
        model.Fit(_digits.Images, _digits.Targets, callbacks: [new LearningRateScheduler(_ => 0)],
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Weights(fresh), Weights(model));
    }

    [Fact]
    public void Load_ExportedFile_HasTheWeightsAndRunningStatistics()
    {
        string path = Path.Combine(_folder, "best.onnx");
        using SequentialModel best = DigitNetworks.Create("best", seed: 1);
        using SequentialModel read = DigitNetworks.Create("best", seed: 2);
        best.Logits.train();
        using (Tensor _ = best.Logits.call(_digits.Images)) best.Export(path);
        read.Load(path);
        using Tensor expected = best.Predict(_digits.Images), actual = read.Predict(_digits.Images);
        Assert.True(expected.Equals(actual));
        using SequentialModel conv = DigitNetworks.Create("conv", seed: 1);
        var error = Assert.Throws<InvalidDataException>(() => conv.Load(path));
        Assert.Contains("it has no weight conv2d.weight [32, 1, 3, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FreezeAllButTheLastLayer_Trained_ChangesTheLastLayerOnly()
    {
        using SequentialModel best = DigitNetworks.Create("best", seed: 1).Compile(OptimizerSettings.Adam());
        Dictionary<string, Tensor> before = best.CopyWeights();
        best.FreezeAllButTheLastLayer();
        Assert.Contains("Trainable params: 8,650\n", best.Summary(), StringComparison.Ordinal);
        Fit(best, epochs: 1);
        IEnumerable<string> changed = best.CopyWeights()
            .Where(entry => !entry.Value.Equals(before[entry.Key])).Select(entry => entry.Key);
        Assert.Equal(["dense.bias", "dense.weight"], changed.Order());

        using SequentialModel withDropout = DigitNetworks.Create("conv", seed: 1, dropout: 0.5);
        withDropout.FreezeAllButTheLastLayer();
        withDropout.Train();
        Assert.Equal(
            ["dropout", "dense_1"], withDropout.Logits.named_children().Where(child => child.module.training)
                .Select(child => child.name));
    }

    [Fact]
    public void Load_WeightsOfOtherLayers_ThrowsAndLeavesTheWeights()
    {
        string path = Path.Combine(_folder, "weights.dat");
        using SequentialModel dense = DigitNetworks.Create("dense", seed: 1);
        using SequentialModel conv = DigitNetworks.Create("conv", seed: 1);
        float[] before = Weights(conv);
        dense.Save(path);
        var error = Assert.Throws<InvalidDataException>(() => conv.Load(path));
        Assert.Contains("'conv'", error.Message, StringComparison.Ordinal);
        File.WriteAllText(path, "no weights");
        Assert.Throws<InvalidDataException>(() => conv.Load(path));
        Assert.Equal(before, Weights(conv));
        Assert.Throws<FileNotFoundException>(() => conv.Load(path + "x"));
    }

    [Fact]
    public void Fit_DataThatDoesNotFit_IsRefusedWithTheExpectedShape()
    {
        using var scope = NewDisposeScope();
        using SequentialModel model = WithDropout(), fresh = DigitNetworks.Create("dense", seed: 1);
        (Tensor x, Tensor y) = (_digits.Images, _digits.Targets);
        (Action Call, string Message)[] mistakes =
        [
            (() => fresh.Fit(x, y), "Call Compile before Fit"),
            (() => model.Fit(x.reshape(-1, 784), y), "Float32 [N, 1, 28, 28], but x is Float32 [600, 784]"),
            (() => model.Fit(x.to(uint8), y), "but x is Byte [600, 1, 28, 28]"),
            (() => model.Fit(x, y[..100]), "labels of Float32 [600, 10], but y is Float32 [100, 10]"),
            (() => model.Evaluate(x, y.argmax(1)), "but y is Int64 [600]"),
            (() => new SequentialModel(784).Dense(10).Compile(new OptimizerSettings()),
                "CategoricalCrossentropy needs probabilities, but the network 'sequential' ends with dense"),
            (() => new SequentialModel(1, 28, 28).Conv2D(10, 3, activation: Softmax).Compile(new OptimizerSettings()),
                "ends with conv2d and 26×26×10 outputs"),
            (() => model.Fit(x, y, callbacks: [new EarlyStopping()]), "Set the validation split"),
            (() => fresh.Compile(new OptimizerSettings(), metrics: [Metric.TopKAccuracy(2), Metric.TopKAccuracy(2)]),
                "Two metrics have the name 'top_2_accuracy'"),
            (() => DigitNetworks.Create("dense", seed: 1).Compile(
                    new OptimizerSettings(), metrics: [new("mean", (outputs, _) => outputs.mean())]).Fit(x, y),
                "The metric 'mean' returned a tensor [], but needs a value for each input, [32]"),
            (() => model.Predict(x[..0]), "[N, 1, 28, 28], with N of at least 1, but x is Float32 [0, 1, 28, 28]"),
            (() => new SequentialModel(1, 28, 28).Conv2D(1, 3).Compile(new OptimizerSettings(), Loss.MeanSquaredError),
                "MeanSquaredError needs a vector, but the network 'sequential' ends with conv2d and 26×26×1 outputs"),
            (() => DigitNetworks.Create("dense", seed: 1)
                    .Compile(new OptimizerSettings(), Loss.SparseCategoricalCrossentropy).Fit(x, y.argmax(1) + 1),
                "The network has 10 outputs, so labels are 0 to 9, but y has values from 1 to 10"),
            (() => model.Fit(x, y, validationSplit: 1e-4), "A validation split of 0.0001 holds out 0 of 600 images"),
            (() => model.Fit(x, y, validationSplit: 0.5, validationData: (x, y)), "not both"),
            (() => model.Fit(x, y, validationData: (x, y[..9])), "labels of Float32 [600, 10], but y is Float32 [9,"),
            (() => model.Fit(x, y, callbacks: [new LearningRateScheduler(_ => double.NaN)]),
                "The schedule returned the learning rate NaN for epoch 1"),
        ];
        foreach ((Action call, string message) in mistakes)
        {
            Exception? error = Record.Exception(call);
            Assert.True(error is ArgumentException or InvalidOperationException, $"{message}: {error}");
            Assert.Contains(message, error!.Message, StringComparison.Ordinal);
        }
    }

    private IReadOnlyList<EpochMetrics> Fit(SequentialModel model, int epochs) => model.Fit(
        _digits.Images, _digits.Targets, epochs, cancellation: TestContext.Current.CancellationToken);

    private static SequentialModel WithDropout()
    {
        random.manual_seed(2);
        return new SequentialModel(1, 28, 28).Flatten().Dense(64, Relu).Dropout(0.3).Dense(10, Softmax)
            .Compile(new OptimizerSettings());
    }

    private static EpochMetrics WithoutTime(EpochMetrics epoch) => epoch with { Seconds = 0 };

    private static float[] Weights(SequentialModel model) =>
        [.. model.Logits.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
}
