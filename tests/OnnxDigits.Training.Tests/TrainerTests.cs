using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class TrainerTests
{
    private static readonly Recipe Short = new() { Epochs = 2, BatchSize = 64 };
    private static readonly Lazy<DigitDataSet> Digits = new(SmallDigits.Open);

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    public void Train_OnGeneratedDigits_LearnsMoreThanChance(string name)
    {
        using DigitNetwork network = DigitNetworks.Create(name, seed: 1);
        var record = new Recorder();
        TrainingResult result = new Trainer(network, Short, TimeProvider.System).Train(Digits.Value.Train, record, TestContext.Current.CancellationToken);
        Assert.False(result.Interrupted);
        Assert.Equal([1, 2], result.Epochs.Select(epoch => epoch.Epoch));
        Assert.True(result.Epochs[1].Loss < result.Epochs[0].Loss, $"{result.Epochs[0].Loss} then {result.Epochs[1].Loss}");
        using var test = new DigitTensors(Digits.Value.Test);
        Assert.InRange(Evaluation.Of(network, test).Accuracy, 0.6, 1);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeightsToTheBit() =>
        Assert.Equal(TrainedWeights(seed: 5), TrainedWeights(seed: 5));

    [Fact]
    public void Train_OtherSeed_GivesOtherWeights() =>
        Assert.NotEqual(TrainedWeights(seed: 5), TrainedWeights(seed: 6));

    /// <summary>The number of a step decides its images' bends and the size of its change.</summary>
    [Fact]
    public void Train_TwoEpochs_NumbersItsStepsFromOneInTheOrderOfEachEpoch()
    {
        Recipe recipe = Recipe.For("small") with { Epochs = 2, BatchSize = 100, DrawnImages = 0, AveragingDecay = 0 };
        DigitImages images = Digits.Value.Train.Slice(0, 250);
        using DigitNetwork expected = DigitNetworks.Create("small", recipe.Seed), actual = DigitNetworks.Create("small", recipe.Seed);
        using var data = new DigitTensors(images);
        using var step = new TrainingStep(expected, data, recipe);
        var order = new ImageOrder(images.Count, recipe.Seed);
        for (int number = 1; number <= 6; number++)
        {
            expected.Logits.train();
            long[] places = order.Of((number + 2) / 3);
            using Tensor batch = tensor(places[((number - 1) % 3 * 100)..Math.Min(((number - 1) % 3 + 1) * 100, places.Length)]);
            step.Run(batch, number);
        }

        new Trainer(actual, recipe).Train(images, new Recorder(), TestContext.Current.CancellationToken);
        Dictionary<string, Tensor> weights = actual.Logits.state_dict();
        Assert.All(expected.Logits.state_dict(), weight => Assert.True(weight.Value.bytes.SequenceEqual(weights[weight.Key].bytes), $"{weight.Key} differs."));
    }

    /// <summary>Weights of the last step would be others than the averaged ones that are validated.</summary>
    [Theory]
    [InlineData("small")]
    [InlineData("best")]
    public void Train_EndOfAnEpoch_TellsItWhileTheNetworkHasTheValidatedWeights(string name)
    {
        Recipe recipe = Recipe.For(name) with { Epochs = 2, BatchSize = 50, DrawnImages = 0, ValidationSplit = 0.5 };
        DigitImages images = Digits.Value.Train.Slice(0, 400);
        using DigitNetwork network = DigitNetworks.Create(name, recipe.Seed);
        using var validation = new DigitTensors(images.Slice(200, 200));
        var told = new List<(double Loss, double Actual)>();
        var record = new Recorder { AtEpoch = metrics => told.Add((metrics.ValidationLoss, Evaluation.Of(network, validation).Loss)) };
        new Trainer(network, recipe).Train(images, record, TestContext.Current.CancellationToken);
        Assert.Equal(2, told.Count);
        Assert.All(told, epoch => Assert.Equal(epoch.Loss, epoch.Actual));
    }

    [Fact]
    public void Train_CancelledInSecondEpoch_KeepsTheFirstEpochsWeightsIfTheyWereBest()
    {
        using DigitNetwork network = DigitNetworks.Create("conv", seed: 1);
        using var stop = new CancellationTokenSource();
        var record = new Recorder { StopIn = (2, stop) };
        TrainingResult result = new Trainer(network, Short with { Epochs = 5 }).Train(Digits.Value.Train, record, stop.Token);
        Assert.True(result.Interrupted);
        Assert.Equal(2, result.Epochs.Count);
        Assert.InRange(record.LastStep.Step, 1, record.LastStep.Steps - 1);
        double best = result.Epochs.Max(epoch => epoch.ValidationAccuracy);
        Assert.Equal(best, result.Epochs[result.BestEpoch - 1].ValidationAccuracy);
        int heldOut = Digits.Value.Train.Count / 12;
        using var validation = new DigitTensors(Digits.Value.Train.Slice(Digits.Value.Train.Count - heldOut, heldOut));
        Assert.Equal(best, Evaluation.Of(network, validation).Accuracy);
    }

    [Fact]
    public void Train_DrawnImages_LearnsThemBesideTheImagesAndHoldsNoneOut()
    {
        using DigitNetwork network = DigitNetworks.Create("dense", seed: 1);
        var record = new Recorder();
        int held = Digits.Value.Train.Count / 12, drawn = Digits.Value.Train.Count / 2;
        var recipe = new Recipe { Epochs = 1, BatchSize = 10, DrawnImages = drawn };
        TrainingResult result = new Trainer(network, recipe).Train(Digits.Value.Train, record, TestContext.Current.CancellationToken);
        Assert.Equal((Digits.Value.Train.Count - held + drawn + 9) / 10, record.LastStep.Steps);
        using var validation = new DigitTensors(Digits.Value.Train.Slice(Digits.Value.Train.Count - held, held));
        Assert.Equal(Evaluation.Of(network, validation).Accuracy, result.Epochs[0].ValidationAccuracy);
    }

    [Fact]
    public void Train_NothingHeldOut_TrainsOnAllAndKeepsTheLastEpoch()
    {
        using DigitNetwork network = DigitNetworks.Create("dense", seed: 1);
        var record = new Recorder();
        TrainingResult result = new Trainer(network, Short with { ValidationSplit = 0, BatchSize = 100 })
            .Train(Digits.Value.Train, record, TestContext.Current.CancellationToken);
        Assert.Equal(Digits.Value.Train.Count / 100, record.LastStep.Steps);
        Assert.Equal(2, result.BestEpoch);
        Assert.All(result.Epochs, epoch => Assert.True(double.IsNaN(epoch.ValidationAccuracy) && double.IsNaN(epoch.ValidationLoss)));
    }

    [Fact]
    public void Evaluation_OfKnownLogits_CountsAndAveragesAsByHand()
    {
        using var noGradients = no_grad();
        using DigitNetwork network = DigitNetworks.Create("dense", seed: 1);
        foreach (TorchSharp.Modules.Parameter parameter in network.Logits.parameters()) parameter.fill_(0);
        network.Logits.state_dict()["dense_1.bias"][3] = 2;
        using var test = new DigitTensors(Digits.Value.Test);
        Evaluation evaluation = Evaluation.Of(network, test);

        int threes = Digits.Value.Test.Labels.Span.Count((byte)3);
        double normalizer = Math.Log(9 + Math.Exp(2));
        double expectedLoss = (threes * (normalizer - 2) + (test.Count - threes) * normalizer) / test.Count;
        Assert.Equal((double)threes / test.Count, evaluation.Accuracy, 12);
        Assert.Equal(expectedLoss, evaluation.Loss, 1e-5);
    }

    [Fact]
    public void Train_TooFewImagesToHoldOut_SaysSo()
    {
        using DigitNetwork network = DigitNetworks.Create("dense", seed: 1);
        var error = Assert.Throws<ArgumentException>(() => new Trainer(network, Short).Train(Digits.Value.Train.Slice(0, 3), new Recorder(), TestContext.Current.CancellationToken));
        Assert.Contains("3 images are too few", error.Message, StringComparison.Ordinal);
    }

    private static float[] TrainedWeights(long seed)
    {
        using DigitNetwork network = DigitNetworks.Create("conv", seed);
        new Trainer(network, Short with { Epochs = 1, Seed = seed }).Train(Digits.Value.Train.Slice(0, 600), new Recorder(), TestContext.Current.CancellationToken);
        return [.. network.Logits.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
    }

    private sealed class Recorder : ITrainingObserver
    {
        public (int Epoch, CancellationTokenSource Source)? StopIn { get; init; }

        public Action<EpochMetrics>? AtEpoch { get; init; }

        public TrainingProgress LastStep { get; private set; }

        public void OnProgress(TrainingProgress progress)
        {
            LastStep = progress;
            if (StopIn is var (epoch, source) && progress.Epoch == epoch) source.Cancel();
        }

        public void OnEpoch(EpochMetrics metrics) => AtEpoch?.Invoke(metrics);
    }
}
