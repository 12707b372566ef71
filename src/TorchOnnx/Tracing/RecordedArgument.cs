namespace TorchOnnx.Tracing;

/// <summary>
/// An argument of a recorded call. Its value is one of <see cref="RecordedValue"/> for a tensor,
/// <see cref="Dimension"/> for an integer, double, bool, <see cref="RecordedIndex"/>, null, a list of these for
/// arrays, lists and tuples, or any other object as it was given.
/// </summary>
internal sealed class RecordedArgument(string name, object? value)
{
    public string Name { get; } = name;

    public object? Value { get; set; } = value;

    /// <summary>The tensors in it.</summary>
    public IEnumerable<RecordedValue> Values => In(Value);

    private static IEnumerable<RecordedValue> In(object? value) => value switch
    {
        RecordedValue tensor => [tensor],
        RecordedIndex { Tensor: { } tensor } => [tensor],
        IReadOnlyList<object?> list => list.SelectMany(In),
        _ => [],
    };
}

/// <summary>One place of an indexer.</summary>
/// <param name="Kind">What it selects.</param>
/// <param name="Start">The first index of a slice, null for the beginning; the index of <see cref="IndexKind.Single"/>.</param>
/// <param name="Stop">The index behind the last of a slice; null for the end.</param>
/// <param name="Step">The step of a slice; null for 1.</param>
/// <param name="Tensor">The tensor of indices or of flags.</param>
internal sealed record RecordedIndex(
    IndexKind Kind, Dimension? Start = null, Dimension? Stop = null, Dimension? Step = null, RecordedValue? Tensor = null);

/// <summary>What one place of an indexer selects.</summary>
internal enum IndexKind
{
    /// <summary>A new dimension of size 1.</summary>
    NewAxis,

    /// <summary>One index; the dimension goes away.</summary>
    Single,

    /// <summary>As many whole dimensions as the others leave.</summary>
    Ellipsis,

    /// <summary>A flag without a tensor.</summary>
    Bool,

    /// <summary>A tensor of indices or of flags.</summary>
    Tensor,

    /// <summary>A range with a step.</summary>
    Slice,
}
