using OnnxDigits.Data;
using OnnxDigits.Training.Checkpoints;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;

namespace OnnxDigits.Training.Tests.Checkpoints;

/// <summary>A training run of three epochs on 600 images, with checkpoints in a temporary folder.</summary>
internal sealed class TinyRun(string network) : IDisposable
{
    public static readonly DigitImages Images = DigitGenerator.CreateDataSet(1, 600, 10).Train;

    public Recipe Recipe { get; init; } =
        OnnxDigits.Training.Recipes.Recipe.For(network == "dropout" ? "dense" : network) with
        {
            Epochs = 3,
            BatchSize = 100,
            Seed = 4,
            Drawn = new DrawnImages { Digits = 100 },
        };

    public string Folder { get; } = Directory.CreateTempSubdirectory("checkpoints").FullName;

    public string File => Checkpoint.PathIn(Folder);

    public List<string> Warnings { get; } = [];

    /// <summary>Trains to the end without checkpoints.</summary>
    public Outcome TrainWithoutCheckpoints()
    {
        using SequentialModel model = Create(Recipe.Seed);
        return new Outcome(model, new Trainer(model, Recipe).Train(Images));
    }

    /// <summary>Trains from the checkpoint on, if there is one, until a step of this call.</summary>
    /// <param name="stopAfter">The number of steps, or null to train to the end.</param>
    /// <param name="seed">The seed of the weights that the checkpoint replaces.</param>
    public Outcome Train(int? stopAfter = null, long? seed = null)
    {
        using SequentialModel model = Create(seed ?? Recipe.Seed);
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(model, Recipe)
        {
            Checkpoint = new Checkpoint(Folder, RunIdentity.Of(model, Recipe, "tiny", "0", torch.CPU), Warnings.Add),
            Callbacks = [new StepCounter(stopAfter, stop)],
        };
        return new Outcome(model, trainer.Train(Images, stop.Token));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private SequentialModel Create(long seed)
    {
        if (network != "dropout") return DigitNetworks.Create(network, seed);
        torch.random.manual_seed(seed);
        return new SequentialModel(1, 28, 28).Flatten().Dense(32, Activation.Relu).Dropout(0.5)
            .Dense(10, Activation.Softmax);
    }

    /// <summary>The result of a run without the times.</summary>
    internal sealed class Outcome(SequentialModel model, TrainingResult result)
    {
        public byte[] Weights { get; } =
            [.. model.Logits.state_dict().Values.SelectMany(weight => weight.bytes.ToArray())];

        public EpochMetrics[] Epochs { get; } = [.. result.Epochs.Select(epoch => epoch with { Seconds = 0 })];

        public bool Interrupted { get; } = result.Interrupted;
    }

    private sealed class StepCounter(int? limit, CancellationTokenSource stop) : Callback
    {
        private int _steps;

        public override void OnStep(TrainingProgress progress)
        {
            if (++_steps == limit) stop.Cancel();
        }
    }
}
