using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <summary>Specifies the function that a layer applies to its outputs.</summary>
public enum Activation
{
    /// <summary>The outputs don't change.</summary>
    Linear,

    /// <summary>The rectified linear unit: the larger of 0 and x.</summary>
    Relu,

    /// <summary>x if it is positive, otherwise 0.3 x.</summary>
    LeakyRelu,

    /// <summary>The Gaussian error linear unit: x times the standard normal distribution function of x.</summary>
    Gelu,

    /// <summary>The hyperbolic tangent, −1 to 1.</summary>
    Tanh,

    /// <summary>The logistic function, 0 to 1.</summary>
    Sigmoid,

    /// <summary>The exponentials, divided by their sum: probabilities of classes.</summary>
    Softmax,
}

/// <summary>Creates the modules of activations.</summary>
internal static class ActivationModules
{
    /// <summary>The slope of <see cref="Activation.LeakyRelu"/> for negative inputs, as in Keras.</summary>
    public const double LeakySlope = 0.3;

    /// <summary>
    /// Returns the module of an activation, or <see langword="null"/> for <see cref="Activation.Linear"/>.
    /// </summary>
    /// <param name="activation">The activation.</param>
    /// <param name="inPlace"><see langword="true"/> to let a ReLU overwrite its input, which is faster.</param>
    public static nn.Module<Tensor, Tensor>? Create(this Activation activation, bool inPlace) => activation switch
    {
        Activation.Linear => null,
        Activation.Relu => nn.ReLU(inPlace),
        Activation.LeakyRelu => new LeakyReluModule(LeakySlope),
        Activation.Gelu => nn.GELU(),
        Activation.Tanh => nn.Tanh(),
        Activation.Sigmoid => nn.Sigmoid(),
        Activation.Softmax => nn.Softmax(1),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
    };
}
