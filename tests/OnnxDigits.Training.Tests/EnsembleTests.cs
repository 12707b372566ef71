using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>Each network of a pair learns as it would alone, and their mean is the answer.</summary>
public sealed class EnsembleTests : IDisposable
{
    private const int Images = 150;

    private static readonly DigitImages Digits = DigitGenerator.Draw(seed: 1, Images);

    private static readonly Recipe Short = Recipe.For("best") with { Epochs = 3, BatchSize = 16, Seed = 5, DrawnImages = 40 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DigitNetwork _pair = DigitNetworks.Create("best", Short.Seed);

    public void Dispose()
    {
        _pair.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Classifier_EvaluationMode_GivesTheSoftmaxOfTheMembersMeanLogits()
    {
        using var noGradients = no_grad();
        using var data = new DigitTensors(Digits);
        _pair.Classifier.eval();
        Tensor[] answers = [.. _pair.Members.Select(member => member.Logits.call(data.Images))];
        Assert.NotEqual(0, (answers[0] - answers[1]).abs().max().item<float>());
        Tensor expected = stack(answers).mean([0]).softmax(1);
        Assert.Equal(0, (expected - _pair.Classifier.call(data.Images)).abs().max().item<float>(), 1e-6f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Train_Pair_EndsWithTheWeightsThatEachHasAloneToTheBit(int place)
    {
        using DigitNetwork alone = place == 0 ? DigitNetworks.Deep("alone") : DigitNetworks.Small("alone");
        alone.RestoreWeights(_pair.Members[place].CopyWeights());
        new Trainer(alone, Short.OfMember(place)).Train(Digits, new Observer(), TestContext.Current.CancellationToken);
        new Trainer(_pair, Short).Train(Digits, new Observer(), TestContext.Current.CancellationToken);

        Dictionary<string, Tensor> expected = alone.Logits.state_dict(), actual = _pair.Members[place].Logits.state_dict();
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, weight => Assert.True(weight.Value.bytes.SequenceEqual(actual[weight.Key].bytes), $"{weight.Key} differs."));
    }

    [Fact]
    public void Create_FirstOfAPair_HasTheWeightsOfItsSeedAndTheRecipeOfOneNetwork()
    {
        random.manual_seed(Short.Seed);
        using DigitNetwork alone = DigitNetworks.Deep("alone");
        Assert.All(alone.Logits.state_dict(), weight =>
            Assert.True(weight.Value.bytes.SequenceEqual(_pair.Members[0].Logits.state_dict()[weight.Key].bytes), $"{weight.Key} differs."));
        Assert.Equal(Recipe.For("small") with { Seed = 7 }, (Recipe.For("best") with { Seed = 7 }).OfMember(0));
    }

    [Fact]
    public void OfMember_Second_SeesThePartnersImagesInAnotherOrder()
    {
        Recipe second = Short.OfMember(1);
        Assert.Equal(Short.Partner, new PartnerRecipe { DrawnImages = second.DrawnImages, Augmentation = second.Augmentation, CleanEpochs = second.CleanEpochs });
        Assert.Equal(
            Short with { Partner = null, Seed = second.Seed },
            second with { DrawnImages = Short.DrawnImages, Augmentation = Short.Augmentation, CleanEpochs = Short.CleanEpochs });
        Assert.NotEqual(Short.Seed, second.Seed);
    }

    [Fact]
    public void OfMember_SecondWithoutAPartner_DiffersInItsSeedAlone()
    {
        Recipe alike = Short with { Partner = null };
        Assert.Equal(alike with { Seed = alike.OfMember(1).Seed }, alike.OfMember(1));
        Assert.NotEqual(alike.Seed, alike.OfMember(1).Seed);
    }

    [Fact]
    public void Train_Pair_CountsTheStepsAndImagesOfBoth()
    {
        var seen = new Observer();
        TrainingResult result = new Trainer(_pair, Short) { StepsBetweenReports = 1 }.Train(Digits, seen, TestContext.Current.CancellationToken);
        // 150 and the 40 drawn in steps of 16, then 150.
        Assert.Equal(12 + 10, seen.Steps.Max(step => step.Steps));
        Assert.Equal(Enumerable.Range(1, 22), seen.Steps.Where(step => step.Epoch == 2).Select(step => step.Step));
        Assert.All(result.Epochs, epoch => Assert.Equal(Math.Round(epoch.Accuracy * 340), epoch.Accuracy * 340, 1e-9));
        Assert.Equal(result.Epochs[1].Loss, seen.Steps.Last(step => step.Epoch == 2).Loss, 1e-12);
    }

    [Fact]
    public void Train_Pair_LeavesNoTensorAlive()
    {
        Train();
        // The first training makes the gradients, which stay.
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Train() => new Trainer(_pair, Short).Train(Digits, new Observer(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Trainer_RecipeOfAPairForOneNetwork_SaysSo()
    {
        using DigitNetwork small = DigitNetworks.Create("small", seed: 1);
        var error = Assert.Throws<ArgumentException>(() => new Trainer(small, Short));
        Assert.Contains("'small' is one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RecipeText_OfAPair_TellsWhatTheSecondSees()
    {
        string text = RecipeText.Of(Recipe.For("best"));
        Assert.Contains("noise 0.15, the second network instead: rotation ±12°, scale ±0.12, shear ±0.15, shift ±2 px, elastic 0.5 px but for the last 2 epochs,", text, StringComparison.Ordinal);
    }

    private sealed class Observer : ITrainingObserver
    {
        public List<TrainingProgress> Steps { get; } = [];

        public void OnProgress(TrainingProgress progress) => Steps.Add(progress);

        public void OnEpoch(EpochMetrics metrics)
        {
        }
    }
}
