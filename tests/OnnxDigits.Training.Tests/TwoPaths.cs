using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>
/// One network twice, with the same weights: trained in the plain way (its modules as they are, contiguous images,
/// TorchSharp's optimizer) and in ours.
/// </summary>
internal sealed class TwoPaths : IDisposable
{
    private readonly Random _shuffle = new(5);
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly int _batchSize;
    private readonly DigitTensors _data;
    private readonly DigitNetwork _plain;
    private readonly DigitNetwork _ours;
    private readonly TorchSharp.Modules.RMSProp _plainOptimizer;
    private readonly TrainingStep _step;

    public TwoPaths(string name, ScalarType type)
    {
        Recipe recipe = Recipe.For(name);
        // float64 has no fast convolutions.
        _batchSize = type == ScalarType.Float64 ? 16 : recipe.BatchSize;
        _data = new DigitTensors(SmallDigits.Open().Train, CPU, type);
        _plain = DigitNetworks.Create(name, seed: 3);
        _ours = DigitNetworks.Create(name, seed: 3);
        _plain.Logits.to(type);
        _ours.Logits.to(type);
        // Not left to the seed: other tests draw from torch's generator at the same time.
        _ours.RestoreWeights(_plain.CopyWeights());
        _plainOptimizer = optim.RMSProp(_plain.Logits.parameters(), recipe.LearningRate, recipe.Rho, recipe.Epsilon);
        _step = new TrainingStep(_ours, _data, recipe);
    }

    public Tensor NextBatch() => tensor([.. Enumerable.Range(0, _batchSize).Select(_ => _shuffle.NextInt64(_data.Count))]);

    public (double Loss, int Right) OurStep(Tensor batch) => _step.Run(batch, 1);

    public (double Loss, int Right) PlainStep(Tensor batch)
    {
        using var scope = NewDisposeScope();
        Tensor targets = _data.Targets.index_select(0, batch);
        Tensor logits = _plain.Logits.forward(_data.Images.index_select(0, batch));
        Tensor loss = nn.functional.cross_entropy(logits, targets);
        _plainOptimizer.zero_grad();
        loss.backward();
        _plainOptimizer.step();
        return (loss.ToDouble(), (int)logits.argmax(1).eq(targets.argmax(1)).sum().item<long>());
    }

    public void CopyPlainToOurs()
    {
        using var scope = NewDisposeScope();
        _ours.RestoreWeights(_plain.CopyWeights());
        var states = _plainOptimizer.state_dict().State.Cast<TorchSharp.Modules.RMSProp.State>();
        foreach (var (ours, plain) in _step.State.Zip(states)) ours.Value.copy_(plain.square_avg);
    }

    public void Dispose()
    {
        _step.Dispose();
        _plainOptimizer.Dispose();
        _ours.Dispose();
        _plain.Dispose();
        _data.Dispose();
        _scope.Dispose();
    }
}
