using System.ComponentModel.DataAnnotations;

namespace OnnxDigits.Training.Recipes;

/// <summary>Represents an optimizer and its settings. The defaults are the settings of the Keras notebook.</summary>
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

    /// <summary>
    /// Gets the momentum of SGD, the fraction of the previous step that each step adds, 0 to below 1. The default is 0.
    /// </summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Gets AdamW's weight decay. It applies to kernels, but not to biases or normalization layers.</summary>
    [Range(0.0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <summary>Returns RMSprop as in Keras 2.3.</summary>
    /// <param name="learningRate">The <see cref="LearningRate"/>.</param>
    /// <param name="rho">The <see cref="Rho"/>.</param>
    public static OptimizerSettings RmsProp(double learningRate = 1e-3, double rho = 0.9) =>
        new() { Kind = OptimizerKind.RmsProp, LearningRate = learningRate, Rho = rho };

    /// <summary>Returns stochastic gradient descent.</summary>
    /// <param name="learningRate">The <see cref="LearningRate"/>.</param>
    /// <param name="momentum">The <see cref="Momentum"/>.</param>
    public static OptimizerSettings Sgd(double learningRate = 0.01, double momentum = 0) =>
        new() { Kind = OptimizerKind.Sgd, LearningRate = learningRate, Momentum = momentum };

    /// <summary>Returns Adam.</summary>
    /// <param name="learningRate">The <see cref="LearningRate"/>.</param>
    public static OptimizerSettings Adam(double learningRate = 1e-3) =>
        new() { Kind = OptimizerKind.Adam, LearningRate = learningRate };

    /// <summary>Returns Adam with decoupled weight decay.</summary>
    /// <param name="learningRate">The <see cref="LearningRate"/>.</param>
    /// <param name="weightDecay">The <see cref="WeightDecay"/>.</param>
    public static OptimizerSettings AdamW(double learningRate = 1e-3, double weightDecay = 0.004) =>
        new() { Kind = OptimizerKind.AdamW, LearningRate = learningRate, WeightDecay = weightDecay };
}

/// <summary>Specifies the optimizer that updates the weights.</summary>
public enum OptimizerKind
{
    /// <summary>RMSprop as in Keras 2.3.</summary>
    RmsProp,

    /// <summary>Stochastic gradient descent, with momentum as in torch.</summary>
    Sgd,

    /// <summary>Adam: D. Kingma and J. Ba, 2015.</summary>
    Adam,

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
