using OnnxDigits.Training.Networks;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Specifies the function that training minimizes.</summary>
public enum Loss
{
    /// <summary>The cross-entropy of the predicted probabilities and one-hot labels [N, classes], in nats.</summary>
    CategoricalCrossentropy,

    /// <summary>The cross-entropy of the predicted probabilities and the class indices [N], in nats.</summary>
    SparseCategoricalCrossentropy,

    /// <summary>The mean squared difference of the outputs and one-hot labels [N, classes].</summary>
    MeanSquaredError,
}

/// <summary>Computes losses from the logits.</summary>
internal static class Losses
{
    /// <summary>Returns the mean loss of a batch.</summary>
    /// <param name="loss">The kind of loss.</param>
    /// <param name="model">The network that computed the logits.</param>
    /// <param name="logits">The logits [N, classes].</param>
    /// <param name="targets">The labels.</param>
    public static Tensor Of(this Loss loss, SequentialModel model, Tensor logits, Tensor targets) =>
        loss == Loss.MeanSquaredError
            ? nn.functional.mse_loss(model.OutputsOf(logits), targets)
            : nn.functional.cross_entropy(logits, targets);

    /// <summary>Returns the class indices [N].</summary>
    public static Tensor ClassesOf(this Loss loss, Tensor targets) =>
        loss == Loss.SparseCategoricalCrossentropy ? targets : targets.argmax(1);

    /// <summary>Throws if the labels don't have the shape, dtype and range that the loss needs.</summary>
    /// <exception cref="ArgumentException">
    /// The shape, dtype or range is wrong. The message states the expected one.
    /// </exception>
    public static void Check(this Loss loss, Tensor targets, long count, int classes)
    {
        (ScalarType type, long[] shape) = loss == Loss.SparseCategoricalCrossentropy
            ? (ScalarType.Int64, (long[])[count])
            : (ScalarType.Float32, [count, classes]);
        if (targets.dtype == type && targets.shape.AsSpan().SequenceEqual(shape))
        {
            if (loss == Loss.SparseCategoricalCrossentropy) CheckClasses(targets, classes);
            return;
        }

        throw new ArgumentException(
            $"{loss} needs labels of {type} [{string.Join(", ", shape)}], but y is {targets.dtype} "
            + $"[{string.Join(", ", targets.shape)}].");
    }

    private static void CheckClasses(Tensor targets, int classes)
    {
        using var scope = NewDisposeScope();
        long smallest = targets.min().item<long>(), largest = targets.max().item<long>();
        if (smallest >= 0 && largest < classes) return;

        throw new ArgumentException(
            $"The network has {classes} outputs, so labels are 0 to {classes - 1}, but y has values from {smallest} to "
            + $"{largest}.");
    }
}
