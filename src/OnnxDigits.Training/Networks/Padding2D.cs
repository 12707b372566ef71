namespace OnnxDigits.Training.Networks;

/// <summary>Specifies how a convolution or pooling layer treats the border of its input, as in Keras.</summary>
public enum Padding2D
{
    /// <summary>Windows lie inside the input, so the output is smaller.</summary>
    Valid,

    /// <summary>The input is padded, so that at stride 1 the output has the same size.</summary>
    Same,
}
