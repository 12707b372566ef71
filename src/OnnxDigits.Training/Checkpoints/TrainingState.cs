using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Loop.Callbacks;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Checkpoints;

/// <summary>Holds everything that changes while a network trains. A checkpoint saves all of it.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly SequentialModel _network;

    /// <summary>Creates the state at the start of a run.</summary>
    public TrainingState(SequentialModel network, Recipe recipe)
    {
        _network = network;
        Optimizer = new Optimizer(network.Logits.parameters(), recipe.Optimizer);
        Average = recipe.AveragingDecay > 0 ? new AveragedWeights(network, recipe.AveragingDecay) : null;
        Best = recipe.Patience > 0 ? new EarlyStopping(patience: recipe.Patience) : null;
        Random = new Generator(unchecked((ulong)recipe.Seed));
    }

    public Optimizer Optimizer { get; }

    /// <summary>Gets the moving average of the weights, or null if the recipe has none.</summary>
    public AveragedWeights? Average { get; }

    /// <summary>
    /// Gets the weights of the best epoch, or null if the recipe keeps the weights of the last epoch.
    /// </summary>
    public EarlyStopping? Best { get; }

    /// <summary>Gets the generator, on the CPU, that draws the order of the images and the augmentation.</summary>
    public Generator Random { get; }

    /// <summary>Gets the metrics of the completed epochs.</summary>
    public List<EpochMetrics> Epochs { get; } = [];

    /// <summary>Updates the weights by their gradients.</summary>
    /// <param name="step">The number of the step in the run, from 1.</param>
    /// <param name="learningRate">The learning rate of the step.</param>
    public void Step(long step, double learningRate)
    {
        Optimizer.Step(learningRate);
        Average?.Update(step);
    }

    /// <summary>Writes the tensors in TorchSharp's own format.</summary>
    public void Save(BinaryWriter writer)
    {
        _network.Logits.save(writer);
        Optimizer.Save(writer);
        foreach (Tensor mean in Means) mean.Save(writer);
        Best?.Save(writer);
        using Tensor random = Random.get_state();
        random.Save(writer);
    }

    /// <summary>Reads the output of <see cref="Save"/> into this state's tensors.</summary>
    public void Load(BinaryReader reader)
    {
        using var noGradients = no_grad();
        _network.Logits.load(reader);
        Optimizer.Load(reader);
        foreach (Tensor mean in Means) mean.Load(reader);
        Best?.Load(_network, reader);
        using Tensor random = Random.get_state();
        random.Load(reader);
        Random.set_state(random);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Best?.Forget();
        Random.Dispose();
    }

    private IEnumerable<Tensor> Means => Average?.Means.Values ?? Enumerable.Empty<Tensor>();
}
