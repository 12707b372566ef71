using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Training.Recipes;

/// <summary>Represents an optimizer and its settings. The defaults are those of the Keras notebook.</summary>
public sealed record OptimizerSettings
{
    /// <summary>Gets the kind of the optimizer. The default is RMSprop.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.RmsProp;

    /// <summary>Gets the peak learning rate. The default is 0.001.</summary>
    [Range(0.0, double.MaxValue)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Gets the schedule of the learning rate. The default is a constant rate.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>
    /// Gets the decay of RMSprop's moving average of squared gradients, 0 to below 1. The default is 0.9.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Rho { get; init; } = 0.9;

    /// <summary>Gets the constant that RMSprop adds to the root of that average. The default is 1e-7.</summary>
    [Range(0.0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Gets AdamW's weight decay. It applies to kernels, but not to biases or normalization layers.</summary>
    [Range(0.0, double.MaxValue)]
    public double WeightDecay { get; init; }
}

/// <summary>Specifies the optimizer that updates the weights.</summary>
public enum OptimizerKind
{
    /// <summary>RMSprop as in Keras 2.3.</summary>
    RmsProp,

    /// <summary>Adam with decoupled weight decay: I. Loshchilov and F. Hutter, 2019.</summary>
    AdamW,
}

/// <summary>Specifies how the learning rate changes during a run.</summary>
public enum LearningRateSchedule
{
    /// <summary>The learning rate doesn't change.</summary>
    Constant,

    /// <summary>
    /// The learning rate rises linearly over the first twentieth of the steps, then falls to 0 along half a cosine:
    /// I. Loshchilov and F. Hutter, SGDR, 2017, without restarts.
    /// </summary>
    WarmUpAndCosine,
}
