using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>All that one network learns by: its images, their order, and its steps.</summary>
internal sealed class MemberTraining : IDisposable
{
    private readonly DigitTensors _data;
    private readonly TrainingStep _step;
    private readonly ImageOrder _order;
    private readonly int _batchSize;
    private Tensor? _permutation;
    private int _epoch;

    /// <param name="network">The network that is trained in place.</param>
    /// <param name="recipe">How.</param>
    /// <param name="images">The training images; those that the recipe draws come beside them.</param>
    /// <param name="teachers">Who answers in place of the labels; null for the labels.</param>
    public MemberTraining(DigitNetwork network, Recipe recipe, DigitImages images, TeacherNetworks? teachers)
    {
        _data = new DigitTensors(WithDrawn(images, recipe), network.Device);
        _step = new TrainingStep(network, _data, recipe, teachers);
        _order = new ImageOrder(_data.Count, recipe.Seed);
        _batchSize = recipe.BatchSize;
    }

    /// <summary>Images of an epoch.</summary>
    public int Images => _data.Count;

    /// <inheritdoc cref="TrainingStep.StepsPerEpoch"/>
    public int StepsPerEpoch => _step.StepsPerEpoch;

    /// <inheritdoc cref="TrainingStep.State"/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _step.State;

    /// <summary>Images that the first steps of an epoch see.</summary>
    public int Seen(int steps) => Math.Min(steps * _batchSize, Images);

    /// <summary>Trains on one batch and tells its mean loss in nats, how many digits were right before it, and of how many.</summary>
    /// <param name="epoch">1 for the first, and never less than in the call before.</param>
    /// <param name="step">The step of this epoch, 1 for the first.</param>
    public (double Loss, int Right, int Count) Run(int epoch, int step)
    {
        if (_permutation is null || epoch != _epoch)
        {
            _permutation?.Dispose();
            (_permutation, _epoch) = (tensor(_order.Of(epoch)), epoch);
        }

        int start = Seen(step - 1), count = Seen(step) - start;
        using Tensor batch = _permutation.narrow(0, start, count);
        (double loss, int right) = _step.Run(batch, (long)(epoch - 1) * StepsPerEpoch + step);
        return (loss, right, count);
    }

    /// <inheritdoc cref="TrainingStep.WithKeptWeights"/>
    public void WithKeptWeights(Action action) => _step.WithKeptWeights(action);

    public void Dispose()
    {
        _permutation?.Dispose();
        _step.Dispose();
        _data.Dispose();
    }

    private static DigitImages WithDrawn(DigitImages images, Recipe recipe)
    {
        if (recipe.DrawnImages == 0) return images;
        DigitImages drawn = DigitGenerator.Draw(recipe.Seed, recipe.DrawnImages);
        return new DigitImages(
            (byte[])[.. images.Pixels.Span, .. drawn.Pixels.Span], (byte[])[.. images.Labels.Span, .. drawn.Labels.Span]);
    }
}
