namespace TorchOnnx;

/// <summary>Describes a dimension of an input whose size stays open in the ONNX file.</summary>
/// <example>
/// <code>
/// // Images of any height and width that the network can halve five times.
/// DynamicDimension[] open = [new("height", 0, 2) { MultipleOf = 32 }, new("width", 0, 3) { MultipleOf = 32 }];
/// </code>
/// </example>
public sealed record DynamicDimension
{
    /// <summary>Initializes a dimension whose size stays open.</summary>
    /// <param name="name">
    /// The symbolic name of the size in the file, such as "T" or "height". Dimensions with the same name must always
    /// have the same size.
    /// </param>
    /// <param name="input">The zero-based index of the tensor in the example, with tuples and lists flattened.</param>
    /// <param name="axis">The zero-based index of the dimension in that tensor.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    public DynamicDimension(string name, int input, int axis)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Input, Axis) = (name, input, axis);
    }

    /// <summary>Gets the symbolic name of the size.</summary>
    public string Name { get; }

    /// <summary>Gets the zero-based index of the tensor in the example.</summary>
    public int Input { get; }

    /// <summary>Gets the zero-based index of the dimension in the tensor.</summary>
    public int Axis { get; }

    /// <summary>Gets the number that every size is a multiple of. The default is 1.</summary>
    public int MultipleOf { get; init; } = 1;

    /// <summary>
    /// Gets the smallest size that the file will be used with, a multiple of <see cref="MultipleOf"/>. The default is
    /// <see langword="null"/>, which means <see cref="MultipleOf"/>.
    /// </summary>
    /// <remarks>
    /// Set it if the results of small sizes are undefined, such as the standard deviation of one element, or if
    /// <c>forward</c> treats small sizes differently. The exporter doesn't run the module at smaller sizes.
    /// </remarks>
    public int? Min { get; init; }

    /// <summary>
    /// Gets the largest size that the file will be used with, at least four steps of <see cref="MultipleOf"/> above the
    /// example's size. The default is <see langword="null"/>, which means that the limit is unknown.
    /// </summary>
    /// <remarks>
    /// The exporter also runs the module at this size, so the module must accept it. It doesn't run the module at
    /// larger sizes. Without a limit, the exporter starts at up to 32 times the example's size and halves the size
    /// until the module accepts it.
    /// </remarks>
    public int? Max { get; init; }
}
