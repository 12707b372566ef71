using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Checkpoints;

public sealed class CheckpointingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("schedule").FullName;
    private readonly DigitNetwork _network = DigitNetworks.Create("conv", seed: 1);
    private readonly TrainingState _state;
    private readonly SecondsClock _clock = new();
    private int _written;

    public CheckpointingTests() => _state = new TrainingState(_network, new Dictionary<string, Tensor>());

    public void Dispose()
    {
        _state.Dispose();
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void AfterEpoch_ShortEpochs_SpendsAtMostAHundredthOfTheTime()
    {
        Checkpointing checkpointing = Start(TimeSpan.MaxValue);
        for (int epoch = 0; epoch < 1000; epoch++)
        {
            checkpointing.AfterEpoch(_state);
            CountWritten();
        }

        Assert.InRange(_written, 9, 11);
        Assert.InRange(checkpointing.Spent.TotalSeconds, 9, 11);
    }

    [Fact]
    public void AfterEpoch_LongEpochs_SavesEach()
    {
        Checkpointing checkpointing = Start(TimeSpan.MaxValue);
        for (int epoch = 0; epoch < 5; epoch++)
        {
            _clock.Seconds += 300;
            checkpointing.AfterEpoch(_state);
            CountWritten();
        }

        Assert.Equal(5, _written);
    }

    [Fact]
    public void AfterStep_EverySoManySeconds_Saves()
    {
        Checkpointing checkpointing = Start(TimeSpan.FromSeconds(10));
        for (int step = 0; step < 100; step++)
        {
            checkpointing.AfterStep(_state);
            CountWritten();
        }

        Assert.InRange(_written, 9, 10);
    }

    private Checkpointing Start(TimeSpan interval)
    {
        RunIdentity identity = RunIdentity.Of(_network, TinyRun.Recipe, DigitGenerator.CreateDataSet(1, 1, 1));
        var writer = new CheckpointWriter(new CheckpointFiles(_folder), identity, warning => Assert.Fail(warning));
        var checkpointing = new Checkpointing(writer, resumed: null, interval, _clock, CancellationToken.None);
        checkpointing.Start(_state);
        CountWritten();
        Assert.Equal(1, _written);
        _written = 0;
        return checkpointing;
    }

    private void CountWritten()
    {
        foreach (string file in Directory.GetFiles(_folder))
        {
            _written++;
            File.Delete(file);
        }
    }

    // Each look at it takes a second, so saving takes one.
    private sealed class SecondsClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long GetTimestamp() => ++Seconds * TimestampFrequency;
    }
}
