namespace OnnxDigits.Inference;

/// <summary>Specifies one of the trained networks that come with this package.</summary>
public enum EmbeddedModel
{
    /// <summary>
    /// Six convolutions, 120,250 parameters. The most accurate of the three, and the default.
    /// </summary>
    Best = 0,

    /// <summary>The Keras notebook's convolutional network, 93,322 parameters.</summary>
    Conv,

    /// <summary>The Keras notebook's dense network, 407,050 parameters. The fastest and least accurate.</summary>
    Dense,
}
