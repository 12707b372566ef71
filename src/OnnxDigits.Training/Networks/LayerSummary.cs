namespace OnnxDigits.Training.Networks;

/// <summary>One row of a network's summary.</summary>
/// <param name="Name">Name of the layer, the prefix of its parameters in the state dictionary.</param>
/// <param name="Kind">Kind of layer in Keras' words: <c>Conv2D</c>, <c>MaxPooling2D</c>, <c>Flatten</c>, <c>Dense</c>.</param>
/// <param name="OutputShape">Shape of one output without the batch: [channels, height, width] or [units].</param>
/// <param name="Parameters">Number of trainable scalars.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int> OutputShape, long Parameters)
{
    /// <summary>The output shape as Keras prints it, channels last: <c>26×26×32</c> or <c>512</c>.</summary>
    public string OutputShapeText => ShapeText(OutputShape);

    internal static string ShapeText(IReadOnlyList<int> shape) => shape is [var channels, var height, var width]
        ? $"{height}×{width}×{channels}"
        : string.Join('×', shape);
}
