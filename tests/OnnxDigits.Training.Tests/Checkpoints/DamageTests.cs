using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Tests.Checkpoints;

public sealed class DamageTests : IDisposable
{
    private readonly TinyRun _run = new("dense");
    private readonly byte[] _good;

    public DamageTests()
    {
        _run.InterruptIn(12);
        _good = File.ReadAllBytes(_run.LastFile);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        var tenths = Enumerable.Range(0, 10).Select(tenth => _good.Length / 10 * tenth);
        IEnumerable<int> lengths = [.. tenths, .. Enumerable.Range(1, 120), _good.Length - 1];
        foreach (int length in lengths)
            Assert.Throws<DamagedCheckpointException>(() => Checkpoint.Read(_good[..length]));
    }

    [Fact]
    public void Read_LongerThanWritten_IsRefused() =>
        Assert.Throws<DamagedCheckpointException>(() => Checkpoint.Read([.. _good, 0]));

    [Fact]
    public void Read_AnyBitFlipped_IsRefused()
    {
        var random = new Random(5);
        // The header is small beside the tensors: half of the flips go there.
        for (int i = 0; i < 200; i++)
        {
            byte[] bad = [.. _good];
            bad[random.Next(i % 2 == 0 ? bad.Length : 2000)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<DamagedCheckpointException>(() => Checkpoint.Read(bad));
        }
    }

    [Fact]
    public void Read_Undamaged_HoldsTheRun()
    {
        Checkpoint checkpoint = Checkpoint.Read([.. _good]);
        Assert.Equal(("dense", TinyRun.Recipe), (checkpoint.Run.Network, checkpoint.Run.Recipe));
        Assert.Equal((2, 3), (checkpoint.Progress.Position.Epoch, checkpoint.Progress.Position.Step));
        Assert.Equal(1, checkpoint.Progress.BestEpoch);
        Assert.Single(checkpoint.Progress.Epochs);
        Assert.Equal(4 + 4 + 4 + 1, checkpoint.Tensors.Names.Count());
    }

    [Fact]
    public void Read_OfAnotherFormat_NamesBoth()
    {
        var buffer = new MemoryStream();
        SafetensorsWriter.Write(buffer, new Dictionary<string, string> { ["format"] = "onnxdigits training checkpoint 9" }, []);
        byte[] file = buffer.ToArray();
        SealedBytes.Seal(file);
        File.WriteAllBytes(_run.LastFile, file);
        var error = Assert.Throws<ResumeException>(() => _run.Files.ReadLastGood(_run.Warnings.Add));
        Assert.Contains("'onnxdigits training checkpoint 9'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Checkpoint.Format}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadLastGood_TheLastDamaged_LetsTheNextOneNotPushOutTheGoodOne()
    {
        byte[] previous = File.ReadAllBytes(_run.PreviousFile);
        File.WriteAllBytes(_run.LastFile, _good[..^1]);
        Assert.NotNull(_run.Files.ReadLastGood(_run.Warnings.Add));
        _run.Files.Write(_good);
        Assert.Equal(previous, File.ReadAllBytes(_run.PreviousFile));
        Assert.Equal(_good, File.ReadAllBytes(_run.LastFile));
    }

    [Fact]
    public void ReadLastGood_BothDamaged_NamesBothAndFindsNone()
    {
        File.WriteAllBytes(_run.LastFile, []);
        File.WriteAllBytes(_run.PreviousFile, _good[..500]);
        Assert.Null(_run.Files.ReadLastGood(_run.Warnings.Add));
        Assert.Equal(2, _run.Warnings.Count);
        Assert.Contains(_run.LastFile, _run.Warnings[0], StringComparison.Ordinal);
        Assert.Contains(_run.PreviousFile, _run.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ThatFails_LeavesTheCheckpointsBeforeAsTheyAre()
    {
        string beside = Path.Combine(_run.Folder, "checkpoint.tmp");
        byte[] previous = File.ReadAllBytes(_run.PreviousFile);
        Directory.CreateDirectory(beside);
        Assert.ThrowsAny<Exception>(() => _run.Files.Write([1, 2, 3]));
        Assert.Equal(_good, File.ReadAllBytes(_run.LastFile));
        Assert.Equal(previous, File.ReadAllBytes(_run.PreviousFile));
    }
}
