namespace OnnxDigits.Training.Recipes;

/// <summary>What moves the weights along their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>RMSprop as Keras 2.3 has it.</summary>
    RmsProp,

    /// <summary>Adam with weight decay of its own: I. Loshchilov and F. Hutter, 2019.</summary>
    AdamW,
}
