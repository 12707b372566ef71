namespace TorchOnnx.Tracing;

/// <summary>Represents an argument of a recorded call.</summary>
/// <remarks>
/// The value is a <see cref="RecordedValue"/> for a tensor, a <see cref="Dimension"/> for an integer, a double, a bool,
/// a <see cref="RecordedIndex"/>, <see langword="null"/>, a list of these for arrays, lists and tuples, or any other
/// object unchanged.
/// </remarks>
internal sealed class RecordedArgument(string name, object? value)
{
    public string Name { get; } = name;

    public object? Value { get; set; } = value;

    /// <summary>Gets the tensors in the value.</summary>
    public IEnumerable<RecordedValue> Values => In(Value);

    private static IEnumerable<RecordedValue> In(object? value) => value switch
    {
        RecordedValue tensor => [tensor],
        RecordedIndex { Tensor: { } tensor } => [tensor],
        IReadOnlyList<object?> list => list.SelectMany(In),
        _ => [],
    };
}

/// <summary>Represents one index of an indexer.</summary>
/// <param name="Kind">The kind of the index.</param>
/// <param name="Start">
/// The first index of a slice, or <see langword="null"/> for 0; the index of <see cref="IndexKind.Single"/>.
/// </param>
/// <param name="Stop">The exclusive end of a slice, or <see langword="null"/> for the size.</param>
/// <param name="Step">The step of a slice, or <see langword="null"/> for 1.</param>
/// <param name="Tensor">The tensor of indices or flags.</param>
internal sealed record RecordedIndex(
    IndexKind Kind, Dimension? Start = null, Dimension? Stop = null, Dimension? Step = null,
    RecordedValue? Tensor = null)
{
    /// <summary>Gets the values of an index without its kind.</summary>
    public IReadOnlyList<object?> Parts => [Start, Stop, Step, Tensor];

    /// <summary>Creates an index from its <see cref="Parts"/>.</summary>
    public static RecordedIndex Of(IndexKind kind, IReadOnlyList<object?> parts) => new(
        kind, (Dimension?)parts[0], (Dimension?)parts[1], (Dimension?)parts[2], (RecordedValue?)parts[3]);
}

/// <summary>Specifies what an index selects.</summary>
internal enum IndexKind
{
    /// <summary>A new dimension of size 1.</summary>
    NewAxis,

    /// <summary>One element of a dimension. The result lacks that dimension.</summary>
    Single,

    /// <summary>All dimensions that no other index selects from.</summary>
    Ellipsis,

    /// <summary>A flag that isn't a tensor.</summary>
    Bool,

    /// <summary>A tensor of indices or flags.</summary>
    Tensor,

    /// <summary>A range of a dimension with a step.</summary>
    Slice,
}
