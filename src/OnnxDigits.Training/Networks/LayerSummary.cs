using System.Text.Json.Serialization;

namespace OnnxDigits.Training.Networks;

/// <summary>Describes one layer of a network with all its settings.</summary>
/// <param name="Name">The name of the layer, which is part of its parameters' names in the state dictionary.</param>
/// <param name="Kind">The name of the Keras layer, such as <c>Conv2D</c> or <c>Dense</c>.</param>
/// <param name="OutputShape">The shape of one output without the batch: [channels, height, width] or [units].</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int> OutputShape)
{
    /// <summary>Gets the number of trainable parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Gets the number of other values that training changes, such as running means.</summary>
    [JsonIgnore]
    public long NonTrainableParameters { get; init; }

    /// <summary>Gets the number of output channels of a convolution.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Filters { get; init; }

    /// <summary>Gets the number of output features of a dense layer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Units { get; init; }

    /// <summary>Gets the side of the kernel or pooling window in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Kernel { get; init; }

    /// <summary>Gets the step of the kernel or pooling window in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Stride { get; init; }

    /// <summary>Gets the treatment of the border.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Padding2D? Padding { get; init; }

    /// <summary>Gets the distance between the kernel's pixels, or <see langword="null"/> if it is 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Dilation { get; init; }

    /// <summary>Gets the number of groups of channels, or <see langword="null"/> if it is 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Groups { get; init; }

    /// <summary>Gets the activation of a convolution or dense layer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Activation? Activation { get; init; }

    /// <summary>Gets the fraction of the values that dropout sets to 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rate { get; init; }

    /// <summary>Gets the slope of a leaky ReLU for negative inputs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Slope { get; init; }

    /// <summary>Gets the constant that a normalization layer adds to the variance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Epsilon { get; init; }

    /// <summary>Gets the share of the current batch in batch normalization's running statistics, 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Momentum { get; init; }

    /// <summary>Gets the output shape in Keras' order: <c>26×26×32</c> or <c>512</c>.</summary>
    [JsonIgnore]
    public string OutputShapeText => ShapeText(OutputShape);

    internal static string ShapeText(IReadOnlyList<int> shape) => shape is [var channels, var height, var width]
        ? $"{height}×{width}×{channels}"
        : string.Join('×', shape);
}
