namespace OnnxDigits.Export.Internals.Front;

/// <summary>One forward pass: the leaf calls in their order, and what could not be followed.</summary>
internal sealed record Recording(
    IReadOnlyList<RecordedValue> Inputs,
    IReadOnlyList<RecordedValue> Outputs,
    IReadOnlyList<RecordedCall> Calls,
    IReadOnlyList<OnnxExportProblem> Problems)
{
    /// <summary>
    /// Marks as dynamic every dimension that another recording of the same module, with another batch size,
    /// saw with another size.
    /// </summary>
    public void AlignWith(Recording other)
    {
        foreach (var (value, twin) in Values().Zip(other.Values()))
            value.Dimensions = [.. value.Shape.Zip(twin.Shape, (size, otherSize) => new Dimension(size, otherSize))];
    }

    private IEnumerable<RecordedValue> Values() => Inputs.Concat(Calls.SelectMany(call => call.Outputs));
}
