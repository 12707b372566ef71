using System.Collections.Concurrent;
using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests.Checkpoints;

/// <summary>A training run of three epochs of nine steps, with checkpoints in a folder of its own.</summary>
internal sealed class TinyRun(string network, Recipe? recipe = null) : IDisposable
{
    public const int Steps = 9;

    public static readonly Recipe Recipe = new() { Epochs = 3, BatchSize = 64, Seed = 4 };

    private static readonly Lazy<DigitDataSet> Data = new(() => DigitDataSource.Open(new DigitDataOptions
    {
        Data = DigitDataSet.Generated,
        GeneratedTrainCount = 600,
        GeneratedTestCount = 10,
    }));

    // It is the same each time, as another test shows.
    private static readonly ConcurrentDictionary<(string Network, Recipe Recipe, int Threads), Outcome> Ends = [];

    private readonly Recipe _recipe = recipe ?? Recipe;

    public string Folder { get; } = Directory.CreateTempSubdirectory("checkpoints").FullName;

    public List<string> Warnings { get; } = [];

    public CheckpointFiles Files => new(Folder);

    public string LastFile => Path.Combine(Folder, "checkpoint.safetensors");

    public string PreviousFile => Path.Combine(Folder, "checkpoint.previous.safetensors");

    /// <summary>Trains to the end with no checkpoint.</summary>
    public Outcome Uninterrupted() => Ends.GetOrAdd((network, _recipe, torch.get_num_threads()), _ => TrainAlone());

    /// <summary>Trains from the last checkpoint on, if there is one.</summary>
    /// <param name="afterStep">Is called after each step, before its checkpoint.</param>
    /// <param name="seconds">Between two checkpoints.</param>
    /// <param name="seed">Of the weights before those of the checkpoint are put in.</param>
    public Outcome Train(Action? afterStep = null, int seconds = 3600, long? seed = null) =>
        Run(afterStep, seconds, seed, CancellationToken.None, CancellationToken.None);

    /// <summary>Trains so until Ctrl-C in a certain step, 1 for the first.</summary>
    public Outcome InterruptIn(int step, long? seed = null)
    {
        using var stop = new CancellationTokenSource();
        return Run(Counting(step, stop.Cancel), 3600, seed, stop.Token, CancellationToken.None);
    }

    /// <summary>Trains so until SIGTERM in a certain step.</summary>
    /// <exception cref="OperationCanceledException">It was terminated.</exception>
    public Outcome TerminateIn(int step)
    {
        using var stop = new CancellationTokenSource();
        return Run(Counting(step, stop.Cancel), 3600, null, stop.Token, stop.Token);
    }

    /// <summary>Acts in one of the steps, 1 for the first.</summary>
    public static Action Counting(int step, Action act)
    {
        int steps = 0;
        return () =>
        {
            if (++steps == step) act();
        };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private Outcome Run(Action? afterStep, int seconds, long? seed, CancellationToken stopped, CancellationToken terminated)
    {
        using DigitNetwork model = DigitNetworks.Create(network, seed ?? _recipe.Seed);
        var writer = new CheckpointWriter(Files, RunIdentity.Of(model, _recipe, Data.Value), Warnings.Add);
        var checkpointing = new Checkpointing(
            writer, Files.ReadLastGood(Warnings.Add), TimeSpan.FromSeconds(seconds), TimeProvider.System, terminated);
        var trainer = new Trainer(model, _recipe) { StepsBetweenReports = 1 };
        return new Outcome(model, trainer.Train(Data.Value.Train, new StepObserver(afterStep), checkpointing, stopped));
    }

    private Outcome TrainAlone()
    {
        using DigitNetwork model = DigitNetworks.Create(network, _recipe.Seed);
        return new Outcome(model, new Trainer(model, _recipe).Train(Data.Value.Train, new StepObserver(null), CancellationToken.None));
    }

    /// <summary>All that a run comes to, but the time it took.</summary>
    internal sealed class Outcome(DigitNetwork model, TrainingResult result)
    {
        public byte[] Weights { get; } = [.. model.Logits.state_dict().Values.SelectMany(weight => weight.bytes.ToArray())];

        public EpochMetrics[] Epochs { get; } = [.. result.Epochs.Select(epoch => epoch with { Seconds = 0 })];

        public int BestEpoch { get; } = result.BestEpoch;

        public bool Interrupted { get; } = result.Interrupted;

        /// <summary>What torch's generator draws next.</summary>
        public float Random { get; } = rand(1).item<float>();
    }

    private sealed class StepObserver(Action? afterStep) : ITrainingObserver
    {
        public void OnProgress(TrainingProgress progress) => afterStep?.Invoke();

        public void OnEpoch(EpochMetrics metrics)
        {
        }
    }
}
