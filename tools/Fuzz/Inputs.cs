namespace OnnxDigits.Tools.Fuzz;

/// <summary>Represents a range of input numbers.</summary>
/// <param name="Seed">The random seed.</param>
/// <param name="First">The first number.</param>
/// <param name="End">The number after the last.</param>
internal sealed record Inputs(int Seed, long First, long End)
{
    /// <summary>Splits the range into parts of the same size.</summary>
    public IEnumerable<Inputs> Split(int parts) =>
        from part in Enumerable.Range(0, parts)
        let first = First + (End - First) * part / parts
        let end = First + (End - First) * (part + 1) / parts
        where first < end
        select this with { First = first, End = end };
}
