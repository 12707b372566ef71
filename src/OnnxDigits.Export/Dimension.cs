namespace OnnxDigits.Export;

/// <summary>
/// One dimension of a value, as two forward passes with different batch sizes saw it. What moved is dynamic.
/// </summary>
/// <param name="Size">The size with the example as it was given.</param>
/// <param name="OtherSize">The size with another batch size.</param>
public readonly record struct Dimension(long Size, long OtherSize)
{
    /// <summary>Whether the size depends on the batch size.</summary>
    public bool IsDynamic => Size != OtherSize;

    /// <summary>A dimension whose size does not depend on the batch.</summary>
    public static implicit operator Dimension(long size) => new(size, size);

    /// <summary>The size, or "?" where it is dynamic.</summary>
    public override string ToString() => IsDynamic ? "?" : $"{Size}";
}
