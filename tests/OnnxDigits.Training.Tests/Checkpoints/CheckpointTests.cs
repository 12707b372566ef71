using System.Security.Cryptography;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Checkpoints;

public class CheckpointTests
{
    // An epoch has seven steps.
    [Theory]
    [InlineData("dense", 17)]
    [InlineData("dense", 7)]
    [InlineData("dense", 8)]
    [InlineData("conv", 18)]
    [InlineData("best", 10)]
    [InlineData("dropout", 10)]
    public void Train_StoppedAndResumed_EqualsTheUninterruptedRunToTheBit(string network, int stopAfter)
    {
        using var run = new TinyRun(network);
        TinyRun.Outcome stopped = run.Train(stopAfter);
        Assert.True(stopped.Interrupted);
        Assert.Equal(stopAfter / 7, stopped.Epochs.Length);
        AssertSame(run.TrainWithoutCheckpoints(), run.Train(seed: 77));
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Train_StoppedInEachEpoch_EqualsTheUninterruptedRunToTheBit()
    {
        using var run = new TinyRun("best");
        foreach (int stopAfter in (int[])[9, 8, 3]) Assert.True(run.Train(stopAfter).Interrupted);
        AssertSame(run.TrainWithoutCheckpoints(), run.Train(seed: 77));
    }

    // The large learning rate makes the validation loss rise soon. An epoch has three steps.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Train_PatienceStoppedAfterTheBestEpoch_ResumesToItsWeights(int stepsAfter)
    {
        using var run = new TinyRun("dense")
        {
            Recipe = Recipe.For("dense") with
            {
                Epochs = 40,
                BatchSize = 100,
                ValidationSplit = 0.5,
                Patience = 2,
                Optimizer = OptimizerSettings.Adam(0.03),
            },
        };
        TinyRun.Outcome whole = run.TrainWithoutCheckpoints();
        int best = whole.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Epoch;
        Assert.Equal(best + 2, whole.Epochs.Length);
        Assert.InRange(whole.Epochs.Length, 3, 39);
        using var upToIt = new TinyRun("dense") { Recipe = run.Recipe with { Epochs = best, Patience = 0 } };
        Assert.Equal(upToIt.TrainWithoutCheckpoints().Weights, whole.Weights);

        Assert.True(run.Train(stopAfter: 3 * best + stepsAfter).Interrupted);
        AssertSame(whole, run.Train(seed: 77));
        AssertSame(whole, run.Train(seed: 77));
    }

    [Fact]
    public void Train_ResumedAfterTheLastEpoch_HasTheFinalWeights()
    {
        using var run = new TinyRun("best");
        TinyRun.Outcome finished = run.Train();
        AssertSame(finished, run.Train(seed: 77));
    }

    [Fact]
    public void Save_FileCannotBeWritten_WarnsOnceAndTrainsOn()
    {
        using var run = new TinyRun("dense");
        Directory.CreateDirectory(run.File);
        AssertSame(run.TrainWithoutCheckpoints(), run.Train());
        Assert.Contains("cannot be written", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(run.Folder));
    }

    [Fact]
    public void Save_NextEpoch_LeavesTheFormerFileWhole()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var run = new TinyRun("dense");
        run.Train(stopAfter: 8);
        byte[] saved = File.ReadAllBytes(run.File), former = new byte[saved.Length];
        using FileStream open = File.OpenRead(run.File);
        run.Train(stopAfter: 8);
        // The open file has no name any more, because another one was renamed to it.
        open.ReadExactly(former);
        Assert.Equal(saved, former);
        Assert.NotEqual(saved, File.ReadAllBytes(run.File));
    }

    [Fact]
    public void TrainingState_RecipeWithAveraging_AveragesTheWeights()
    {
        using SequentialModel network = DigitNetworks.Create("dense", seed: 1);
        Recipe recipe = Recipe.For("dense") with { Seed = 4 };
        using var plain = new TrainingState(network, recipe);
        using var state = new TrainingState(network, recipe with { AveragingDecay = 0.998 });
        Assert.Null(plain.Average);
        Assert.Equal(4, state.Random.initial_seed());

        Tensor weight = network.Logits.parameters().First(), start = weight.detach().clone();
        using (no_grad()) weight.add_(1);
        // In step 8, the average keeps (1 + 8) / (10 + 8) of itself.
        state.Step(step: 8, learningRate: 0);
        Assert.True(allclose(state.Average!.Means.Values.First(), start + 0.5));
    }

    [Fact]
    public void ReadHeader_SavedRun_ReturnsItsIdentityAndEpochs()
    {
        using var run = new TinyRun("dense");
        TinyRun.Outcome stopped = run.Train(stopAfter: 15);
        Checkpoint.Header header = Checkpoint.ReadHeader(run.Folder);
        Assert.Equal(("dense", run.Recipe, "tiny"), (header.Run.Network, header.Run.Recipe, header.Run.DataSet));
        Assert.Equal(stopped.Epochs, header.Epochs.Select(epoch => epoch with { Seconds = 0 }));
    }

    [Fact]
    public void Read_DamagedFile_IsRefusedByName()
    {
        using var run = new TinyRun("dense");
        run.Train(stopAfter: 8);
        byte[] good = File.ReadAllBytes(run.File);
        var random = new Random(5);
        IEnumerable<byte[]> damaged =
        [
            .. new[] { 0, 1, 31, 32, 33, 500, good.Length / 2, good.Length - 1 }.Select(length => good[..length]),
            [.. good, 0],
            .. Enumerable.Range(0, 50).Select(i => Flip(i % 2 == 0 ? good.Length : 2_000)),
        ];
        foreach (byte[] bytes in damaged)
        {
            File.WriteAllBytes(run.File, bytes);
            var error = Assert.Throws<ResumeException>(() => Checkpoint.ReadHeader(run.Folder));
            Assert.Contains($"'{run.File}' is damaged", error.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ResumeException>(() => run.Train());

        byte[] Flip(int limit)
        {
            byte[] bytes = [.. good];
            bytes[random.Next(limit)] ^= (byte)(1 << random.Next(8));
            return bytes;
        }
    }

    /// <summary>The digest is right, and the header isn't: it is missing, too short, or other JSON.</summary>
    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 2, 0, 0, 0, (byte)'[', (byte)']' })]
    public void Read_OtherHeader_IsRefusedAsAnotherVersion(byte[] content)
    {
        using var run = new TinyRun("dense");
        File.WriteAllBytes(run.File, [.. SHA256.HashData(content), .. content]);
        var error = Assert.Throws<ResumeException>(() => Checkpoint.ReadHeader(run.Folder));
        Assert.Contains($"'{run.File}' was written by another version", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(TinyRun.Outcome expected, TinyRun.Outcome actual)
    {
        Assert.False(actual.Interrupted);
        Assert.Equal(expected.Epochs, actual.Epochs);
        Assert.True(expected.Weights.AsSpan().SequenceEqual(actual.Weights), "The weights differ.");
    }
}
