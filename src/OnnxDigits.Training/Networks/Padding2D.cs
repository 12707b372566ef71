namespace OnnxDigits.Training.Networks;

/// <summary>How a convolution or pooling layer treats the border, in Keras' words.</summary>
public enum Padding2D
{
    /// <summary>Windows lie wholly inside the input: the output shrinks (the notebook's border effect).</summary>
    Valid,

    /// <summary>The input is padded so that, at stride 1, the output has the input's size.</summary>
    Same,
}
