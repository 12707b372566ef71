using System.Numerics;
using System.Runtime.InteropServices;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>One step of training by a recipe: bend, forward, backward, update, average.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingForward _forward;
    private readonly DigitTensors _data;
    private readonly Recipe _recipe;
    private readonly IOptimizer _optimizer;
    private readonly ImageAugmenter? _augmenter;
    private readonly AveragedWeights? _average;
    private readonly TeacherNetworks? _teachers;

    /// <param name="network">The network that is trained in place.</param>
    /// <param name="data">The training images.</param>
    /// <param name="recipe">How.</param>
    /// <param name="teachers">Who answers in place of the labels; null for the labels.</param>
    public TrainingStep(DigitNetwork network, DigitTensors data, Recipe recipe, TeacherNetworks? teachers = null)
    {
        (_forward, _data, _recipe, _teachers) = (new TrainingForward(network), data, recipe, teachers);
        _optimizer = recipe.Optimizer == OptimizerKind.RmsProp
            ? new RmsProp(network.Logits.named_parameters(), recipe)
            : new AdamW(network.Logits.named_parameters(), recipe.WeightDecay);
        _augmenter = recipe.Augmentation is { } strength ? new ImageAugmenter(strength, recipe.Seed) : null;
        _average = recipe.AveragingDecay > 0 ? new AveragedWeights(network, recipe.AveragingDecay) : null;
        StepsPerEpoch = (data.Count + recipe.BatchSize - 1) / recipe.BatchSize;
    }

    /// <summary>Steps in which each image comes once; the last may be shorter.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>What is remembered from step to step beside the weights, by name; it changes in place.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
    [
        .. Named("optimizer", _optimizer.State),
        .. _average is null ? [] : Named("average", _average.State),
    ];

    /// <summary>Trains on one batch and tells its mean loss in nats and how many digits were right before it.</summary>
    /// <param name="batch">Places of the images, int64 [N], on the CPU.</param>
    /// <param name="number">The number of the step in the whole run, 1 for the first.</param>
    public (double Loss, int Right) Run(Tensor batch, long number)
    {
        using var scope = NewDisposeScope();
        Tensor places = batch.to(_data.Images.device);
        Tensor images = _data.Images.index_select(0, places);
        if (_augmenter is not null && number <= (long)(_recipe.Epochs - _recipe.CleanEpochs) * StepsPerEpoch)
            images = _augmenter.Apply(images, number);
        // Before the forward pass, which may write into its images.
        Tensor targets = _teachers?.Answer(images) ?? _data.Targets.index_select(0, places);
        Tensor logits = _forward.Run(images);
        Tensor loss = nn.functional.cross_entropy(logits, targets, label_smoothing: _recipe.LabelSmoothing);
        _optimizer.ZeroGrad();
        loss.backward();
        _optimizer.Step(LearningRate.Of(_recipe, number, (long)_recipe.Epochs * StepsPerEpoch));
        _average?.Add(number);
        Tensor scores = logits.cpu();
        return (loss.cpu().ToDouble(), scores.dtype == ScalarType.Float32 ? CountRight<float>(scores, batch) : CountRight<double>(scores, batch));
    }

    /// <summary>Does something with the weights in place that the recipe keeps: their mean, or they themselves.</summary>
    public void WithKeptWeights(Action action)
    {
        if (_average is null) action();
        else _average.With(action);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, IReadOnlyDictionary<string, Tensor> tensors) =>
        tensors.Select(tensor => KeyValuePair.Create($"{prefix}/{tensor.Key}", tensor.Value));

    // Read from memory: ten numbers an image are not worth four kernels.
    private int CountRight<T>(Tensor logits, Tensor batch) where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        ReadOnlySpan<long> places = MemoryMarshal.Cast<byte, long>(batch.bytes);
        ReadOnlySpan<T> scores = MemoryMarshal.Cast<byte, T>(logits.bytes);
        int classes = scores.Length / places.Length;
        int right = 0;
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<T> row = scores.Slice(i * classes, classes);
            int best = 0;
            for (int digit = 1; digit < classes; digit++)
            {
                if (row[digit] > row[best]) best = digit;
            }

            if (best == _data.Source.Label((int)places[i])) right++;
        }

        return right;
    }
}
