namespace OnnxDigits.Inference;

/// <summary>The trained networks that come with this package.</summary>
public enum EmbeddedModel
{
    /// <summary>The convolutional network (93,322 parameters): the more accurate.</summary>
    Conv,

    /// <summary>The dense network (407,050 parameters): more errors, and several times as fast in large batches.</summary>
    Dense,
}
