using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Recipes;
using TorchSharp;

namespace OnnxDigits.Training.Tests.Checkpoints;

public class ResumeTests
{
    // Within an epoch, at the last step but one, at an epoch's end, at the step behind it.
    [Theory]
    [InlineData("dense", 1)]
    [InlineData("dense", 8)]
    [InlineData("dense", 9)]
    [InlineData("dense", 10)]
    [InlineData("dense", 18)]
    [InlineData("dense", 22)]
    [InlineData("conv", 4)]
    [InlineData("conv", 9)]
    [InlineData("conv", 23)]
    public void Train_StoppedAndResumed_EndsAsTheUninterruptedRunToTheBit(string network, int step)
    {
        using var run = new TinyRun(network);
        TinyRun.Outcome stopped = run.InterruptIn(step);
        Assert.True(stopped.Interrupted);
        Assert.Equal((step + TinyRun.Steps - 1) / TinyRun.Steps, stopped.Epochs.Length);

        AssertSame(run.Uninterrupted(), run.Train(seed: 77));
        Assert.Empty(run.Warnings);
    }

    [Theory]
    [InlineData("dense", 6)]
    [InlineData("dense", 21)]
    [InlineData("conv", 14)]
    public void Train_CrashedAndResumed_EndsAsTheUninterruptedRunToTheBit(string network, int step)
    {
        using var run = new TinyRun(network);
        Assert.Throws<TimeoutException>(() => run.Train(TinyRun.Counting(step, () => throw new TimeoutException()), seconds: 0));
        TrainingPosition saved = run.Files.ReadLastGood(run.Warnings.Add)!.Progress.Position;
        Assert.Equal(step - 1, (saved.Epoch - 1) * TinyRun.Steps + saved.Step);
        AssertSame(run.Uninterrupted(), run.Train(seed: 77));
    }

    /// <summary>With all that a recipe can have: averaged weights, bent images, a schedule, an optimizer that counts.</summary>
    [Theory]
    [InlineData("small", 5)]
    // In the first network of the two, at its last step, in the second.
    [InlineData("best", 3)]
    [InlineData("best", 7)]
    [InlineData("best", 9)]
    public void Train_WholeRecipeStoppedAndResumed_EndsAsTheUninterruptedRunToTheBit(string network, int step)
    {
        Recipe recipe = Recipe.For(network) with { Epochs = 3, BatchSize = 100, Seed = 4, DrawnImages = 100, CleanEpochs = 1 };
        using var run = new TinyRun(network, recipe);
        Assert.True(run.InterruptIn(step).Interrupted);
        AssertSame(run.Uninterrupted(), run.Train(seed: 77));
    }

    [Fact]
    public void Train_StoppedAgainAndAgain_EndsAsTheUninterruptedRunToTheBit()
    {
        using var run = new TinyRun("dense");
        int stops = 0;
        TinyRun.Outcome outcome;
        while ((outcome = run.InterruptIn(4, TinyRun.Recipe.Seed + stops)).Interrupted) stops++;
        Assert.Equal(6, stops);
        AssertSame(run.Uninterrupted(), outcome);
    }

    [Fact]
    public void Train_WithCheckpoints_EndsAsWithoutThem()
    {
        using var run = new TinyRun("conv");
        AssertSame(run.Uninterrupted(), run.Train(seconds: 0));
    }

    [Fact]
    public void Train_Terminated_LeavesACheckpointAndMeasuresNothing()
    {
        using var run = new TinyRun("dense");
        Assert.Throws<OperationCanceledException>(() => run.TerminateIn(5));
        Assert.Equal(5, run.Files.ReadLastGood(run.Warnings.Add)!.Progress.Position.Step);
        AssertSame(run.Uninterrupted(), run.Train(seed: 77));
    }

    [Fact]
    public void Train_ResumedAtTheEnd_TrainsNoMoreAndHasTheBestWeights()
    {
        using var run = new TinyRun("dense");
        TinyRun.Outcome first = run.InterruptIn(3 * TinyRun.Steps);
        Assert.Equal(4, run.Files.ReadLastGood(run.Warnings.Add)!.Progress.Position.Epoch);
        AssertSame(run.Uninterrupted(), first);
        AssertSame(first, run.Train(seed: 77));
    }

    [Fact]
    public void Train_TheLastCheckpointDamaged_GoesOnFromTheOneBefore()
    {
        using var run = new TinyRun("dense");
        run.InterruptIn(15);
        File.WriteAllBytes(run.LastFile, File.ReadAllBytes(run.LastFile)[..1000]);
        AssertSame(run.Uninterrupted(), run.Train(seed: 77));
        string warning = Assert.Single(run.Warnings);
        Assert.Contains($"{run.LastFile} is damaged", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_TheFolderCannotBeWritten_GoesOnAndSaysSoOnce()
    {
        using var run = new TinyRun("dense");
        Directory.CreateDirectory(Path.Combine(run.Folder, "checkpoint.tmp"));
        AssertSame(run.Uninterrupted(), run.Train(seconds: 0));
        Assert.Contains("cannot be written", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.False(File.Exists(run.LastFile));
    }

    [Fact]
    public void Train_AThousandSteps_HoldsTheSameTensorsAndMemory()
    {
        using var run = new TinyRun("dense", TinyRun.Recipe with { BatchSize = 4, Epochs = 8 });
        var tensors = new List<long>();
        var resident = new List<long>();
        run.Train(() =>
        {
            tensors.Add(torch.Tensor.TotalCount);
            if (tensors.Count % 50 == 0) resident.Add(Environment.WorkingSet);
        }, seconds: 1);

        Assert.InRange(tensors.Count, 1000, 1200);
        Assert.InRange(tensors[500..].Max() - tensors[200..500].Max(), long.MinValue, 0);
        Assert.InRange(resident[^6..].Min() - resident[6..12].Max(), long.MinValue, 8 << 20);
    }

    private static void AssertSame(TinyRun.Outcome expected, TinyRun.Outcome actual)
    {
        Assert.False(actual.Interrupted);
        Assert.Equal(expected.Epochs, actual.Epochs);
        Assert.Equal(expected.BestEpoch, actual.BestEpoch);
        Assert.Equal(expected.Random, actual.Random);
        Assert.True(expected.Weights.AsSpan().SequenceEqual(actual.Weights), "The weights differ.");
    }
}
