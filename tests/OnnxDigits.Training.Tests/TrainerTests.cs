using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

public class TrainerTests
{
    private static readonly Recipe Short = new() { Epochs = 2, BatchSize = 64 };
    private static readonly Lazy<DigitDataSet> Digits = new(SmallDigits.Open);

    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    public void Train_OnGeneratedDigits_LearnsMoreThanChance(string name)
    {
        using SequentialModel network = DigitNetworks.Create(name, seed: 1);
        Recipe recipe = Recipe.For(name) with { Epochs = 2, BatchSize = 64, Drawn = null };
        TrainingResult result = new Trainer(network, recipe)
            .Train(Digits.Value.Train, TestContext.Current.CancellationToken);
        Assert.True(result is { Trained: true, Interrupted: false });
        Assert.Equal([1, 2], result.Epochs.Select(epoch => epoch.Epoch));
        Assert.True(
            result.Epochs[1].Loss < result.Epochs[0].Loss, $"{result.Epochs[0].Loss} then {result.Epochs[1].Loss}");
        using var test = new DigitTensors(Digits.Value.Test);
        Assert.InRange(Evaluation.Of(network, test).Accuracy, 0.6, 1);
    }

    // The same seed gives the same weights. A finalizer that frees an argument of a running native call changes them or
    // ends training.
    [Theory]
    [InlineData("dense")]
    [InlineData("conv")]
    [InlineData("best")]
    [InlineData("other layers")]
    public async Task Train_WhileAnotherThreadCollectsGarbage_GivesTheSameWeightsToTheBit(string name)
    {
        // Only code that the runtime has optimized, after many calls, lets go of arguments early.
        float[] expected = TrainedWeights(name, seed: 5);
        Assert.NotEqual(expected, TrainedWeights(name, seed: 6));
        using var done = new CancellationTokenSource();
        Task collector = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            },
            TestContext.Current.CancellationToken);
        try
        {
            for (int i = 0; i < 3; i++) Assert.Equal(expected, TrainedWeights(name, seed: 5));
        }
        finally
        {
            await done.CancelAsync();
            await collector;
        }
    }

    [Fact]
    public void Train_Dense_EqualsAPlainTorchSharpLoopToTheBit()
    {
        DigitImages images = Digits.Value.Train.Slice(0, 640);
        using SequentialModel ours = DigitNetworks.Create("dense", seed: 1);
        using SequentialModel plain = DigitNetworks.Create("dense", seed: 1);
        new Trainer(ours, Short).Train(images, TestContext.Current.CancellationToken);

        using var scope = NewDisposeScope();
        using var data = new DigitTensors(images);
        using var random = new Generator(1);
        using var optimizer = optim.RMSProp(plain.Logits.parameters(), 1e-3, 0.9, 1e-7);
        for (int epoch = 1; epoch <= Short.Epochs; epoch++)
        {
            foreach (Tensor batch in randperm(640, generator: random).chunk(10))
            {
                Tensor logits = plain.Logits.call(data.Images.index_select(0, batch));
                Tensor loss = nn.functional.cross_entropy(logits, data.Targets.index_select(0, batch));
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }

        Assert.Equal(Weights(plain), Weights(ours));
    }

    [Theory]
    [InlineData("dense", 8)]
    [InlineData("conv", 4)]
    [InlineData("best", 4)]
    [InlineData("other layers", 4)]
    public void Train_ManySteps_LeavesNoTensorAlive(string name, int batchSize)
    {
        using SequentialModel network = Create(name, seed: 1);
        var counts = new List<long>();
        var observer = new Observer { AtStep = _ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount) };
        var trainer = new Trainer(network, RecipeOf(name) with { Epochs = 1, BatchSize = batchSize, Drawn = null })
        {
            Callbacks = [observer],
        };
        trainer.Train(Digits.Value.Train.Slice(0, 2_000), TestContext.Current.CancellationToken);
        // The first step creates the gradients, which stay.
        Assert.Equal(counts[2], counts[^1]);
        Assert.InRange(counts.Count, 250, 500);
    }

    [Fact]
    public void Train_Cancelled_EndsAfterTheStepWithTheWeightsSoFar()
    {
        using SequentialModel network = DigitNetworks.Create("conv", seed: 1);
        using var stop = new CancellationTokenSource();
        var observer = new Observer { AtStep = progress => Stop(progress.Epoch == 2 && progress.Step == 3) };
        TrainingResult result = new Trainer(network, Short with { Epochs = 5 }) { Callbacks = [observer] }
            .Train(Digits.Value.Train, stop.Token);
        Assert.True(result is { Trained: true, Interrupted: true });
        Assert.Single(result.Epochs);
        Assert.Equal((2, 3), (observer.Last.Epoch, observer.Last.Step));

        void Stop(bool now)
        {
            if (now) stop.Cancel();
        }
    }

    [Fact]
    public void Train_CancelledBeforeTheFirstStep_LeavesTheInitialWeights()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        using SequentialModel fresh = DigitNetworks.Create("dense", seed: 1);
        TrainingResult result = new Trainer(network, Short)
            .Train(Digits.Value.Train, new CancellationToken(canceled: true));
        Assert.True(result is { Trained: false, Interrupted: true });
        Assert.Equal(Weights(fresh), Weights(network));
    }

    [Fact]
    public void Train_WithOrWithoutDrawnImages_TrainsOnAllImages()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        var observer = new Observer();
        Recipe recipe = Recipe.For("dense") with { Epochs = 1 };
        TrainingResult result = new Trainer(network, recipe) { Callbacks = [observer] }
            .Train(Digits.Value.Train, TestContext.Current.CancellationToken);
        Assert.Equal(Digits.Value.Train.Count, observer.Last.Images);
        Assert.True(result.Epochs[0] is { ValidationLoss: null, ValidationAccuracy: null });

        recipe = recipe with { Drawn = new DrawnImages { Digits = 300, RareDigits = 200, NonDigits = 100 } };
        new Trainer(network, recipe) { Callbacks = [observer] }
            .Train(Digits.Value.Train.Slice(0, 600), TestContext.Current.CancellationToken);
        Assert.Equal(1200, observer.Last.Images);
    }

    [Fact]
    public void Train_NonDigits_GetLowConfidenceAndDoNotCountForAccuracy()
    {
        DigitImages images = Digits.Value.Train.Slice(0, 2_000);
        Recipe recipe = Recipe.For("conv") with { Epochs = 6 };
        using SequentialModel without = DigitNetworks.Create("conv", seed: 1);
        using SequentialModel with = DigitNetworks.Create("conv", seed: 1);
        new Trainer(without, recipe).Train(images, TestContext.Current.CancellationToken);
        TrainingResult result = new Trainer(with, recipe with { Drawn = new DrawnImages { NonDigits = 2_000 } })
            .Train(images, TestContext.Current.CancellationToken);
        Assert.InRange(result.Epochs[^1].Accuracy, 0.9, 1);
        Assert.InRange(MeanConfidence(without), 0.6, 1);
        Assert.InRange(MeanConfidence(with), 0.1, 0.4);

        static double MeanConfidence(SequentialModel network)
        {
            var others = new DigitImages(DigitGenerator.DrawNonDigits(seed: 99, 500), new byte[500]);
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var data = new DigitTensors(others);
            return network.Classifier.forward(data.Images).amax([1]).mean().item<float>();
        }
    }

    [Fact]
    public void Train_ValidationSplit_MeasuresTheAveragedWeightsOnTheLastImages()
    {
        DigitImages images = Digits.Value.Train.Slice(0, 400);
        Recipe recipe = Recipe.For("best") with { Epochs = 1, BatchSize = 50, Drawn = null, ValidationSplit = 0.5 };
        using SequentialModel network = DigitNetworks.Create("best", recipe.Seed);
        TrainingResult result = new Trainer(network, recipe).Train(images, TestContext.Current.CancellationToken);
        using var heldOut = new DigitTensors(images.Slice(200, 200));
        Evaluation expected = Evaluation.Of(network, heldOut);
        Assert.Equal(
            (expected.Loss, expected.Accuracy),
            (result.Epochs[0].ValidationLoss!.Value, result.Epochs[0].ValidationAccuracy!.Value));
    }

    [Fact]
    public void Trainer_SettingOutOfRange_Throws()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        Recipe[] recipes =
            [Short with { Epochs = 0 }, Short with { BatchSize = 0 }, Short with { ValidationSplit = 1 }];
        foreach (Recipe recipe in recipes)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(network, recipe));
        }
    }

    [Fact]
    public void Evaluation_OfKnownLogits_EqualsTheClosedForm()
    {
        using var noGradients = no_grad();
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
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
    public void DigitTensors_DigitsAndNonDigits_AreUnitPixelsWithOneHotAndUniformTargets()
    {
        var digits = new DigitImages(Enumerable.Repeat((byte)51, 784).ToArray(), new byte[] { 3 });
        using var data = new DigitTensors(digits, Enumerable.Repeat((byte)255, 784).ToArray(), device: null);
        Assert.Equal(
            [.. Enumerable.Repeat(0.2f, 784), .. Enumerable.Repeat(1f, 784)], data.Images.data<float>().ToArray());
        Assert.Equal(
            [0f, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat(0.1f, 10)], data.Targets.data<float>().ToArray());
    }

    // A built-in network, or one of the layers and activations that none of them has.
    private static SequentialModel Create(string name, long seed)
    {
        if (name != "other layers") return DigitNetworks.Create(name, seed);
        random.manual_seed(seed);
        return new SequentialModel(1, 28, 28)
            .Conv2D(8, 5, strides: 2, activation: Activation.LeakyRelu)
            .LayerNormalization()
            .Residual(block => block.Gelu().Conv2D(8, 3, padding: Padding2D.Same, groups: 2))
            .AveragePooling2D(2)
            .Flatten()
            .Dropout(0.2)
            .Dense(16, Activation.Tanh).BatchNormalization().Sigmoid()
            .Dense(16, Activation.Gelu).LayerNormalization().LeakyRelu()
            .Dense(10, Activation.Softmax);
    }

    private static Recipe RecipeOf(string name) =>
        name == "other layers" ? Short with { Optimizer = OptimizerSettings.Sgd(momentum: 0.9) } : Recipe.For(name);

    private static float[] TrainedWeights(string name, long seed)
    {
        using SequentialModel network = Create(name, seed);
        Recipe recipe = RecipeOf(name) with
        {
            Epochs = 1,
            BatchSize = 4,
            Seed = seed,
            Drawn = new DrawnImages { Digits = 50, RareDigits = 30, NonDigits = 20 },
        };
        new Trainer(network, recipe).Train(Digits.Value.Train.Slice(0, 600), TestContext.Current.CancellationToken);
        return Weights(network);
    }

    private static float[] Weights(SequentialModel network) =>
        [.. network.Logits.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    private sealed class Observer : Callback
    {
        public Action<TrainingProgress>? AtStep { get; init; }

        public TrainingProgress Last { get; private set; }

        public override void OnStep(TrainingProgress progress)
        {
            Last = progress;
            AtStep?.Invoke(progress);
        }
    }
}
