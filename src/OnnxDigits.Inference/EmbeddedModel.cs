namespace OnnxDigits.Inference;

/// <summary>The trained networks that come with this package.</summary>
public enum EmbeddedModel
{
    /// <summary>The notebook's convolutional network (93,322 parameters).</summary>
    Conv,

    /// <summary>The notebook's dense network (407,050 parameters): most errors, and the fastest by far in large batches.</summary>
    Dense,

    /// <summary>
    /// Two networks of seven and six convolutions that answer with their mean (213,908 parameters): less than a third of
    /// <see cref="Conv"/>'s errors on MNIST at less than three times its time. What is taken unless another is asked for.
    /// </summary>
    Best,
}
