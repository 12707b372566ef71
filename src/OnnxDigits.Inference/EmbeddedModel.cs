namespace OnnxDigits.Inference;

/// <summary>The trained networks that come with this package.</summary>
public enum EmbeddedModel
{
    /// <summary>The convolutional network (93,322 parameters): the more accurate, about 80 µs an image on a CPU core.</summary>
    Conv,

    /// <summary>The dense network (407,050 parameters): about twice as fast, about twice the errors.</summary>
    Dense,
}
