namespace OnnxDigits.Training.Networks;

/// <summary>Describes one layer of a network.</summary>
/// <param name="Name">The name of the layer, which prefixes its parameters in the state dictionary.</param>
/// <param name="Kind">The name of the Keras layer, such as <c>Conv2D</c> or <c>Dense</c>.</param>
/// <param name="OutputShape">The shape of one output without the batch: [channels, height, width] or [units].</param>
/// <param name="Parameters">The number of trainable parameters.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int> OutputShape, long Parameters)
{
    /// <summary>Gets the output shape in Keras' order: <c>26×26×32</c> or <c>512</c>.</summary>
    public string OutputShapeText => ShapeText(OutputShape);

    internal static string ShapeText(IReadOnlyList<int> shape) => shape is [var channels, var height, var width]
        ? $"{height}×{width}×{channels}"
        : string.Join('×', shape);
}
