namespace TorchOnnx;

/// <summary>
/// One size, as several forward passes with different input sizes saw it. What moved is dynamic. A converter may
/// calculate with it as with a number.
/// </summary>
public readonly struct Dimension : IEquatable<Dimension>
{
    private readonly long[]? _sizes;

    /// <summary>A size as each forward pass saw it, the one with the example first.</summary>
    internal Dimension(IReadOnlyList<long> sizes)
    {
        Size = sizes[0];
        if (sizes.Any(size => size != sizes[0])) _sizes = [.. sizes];
    }

    private Dimension(long size) => Size = size;

    /// <summary>The size with the example as it was given.</summary>
    public long Size { get; }

    /// <summary>Whether the size depends on that of a dynamic dimension of the inputs.</summary>
    public bool IsDynamic => _sizes is not null;

    /// <summary>How many forward passes saw it; 1 where the size is the same in all.</summary>
    internal int Passes => _sizes?.Length ?? 1;

    /// <summary>The size in one forward pass.</summary>
    internal long In(int pass) => _sizes is null ? Size : _sizes[pass];

    /// <summary>A size that is the same in all forward passes.</summary>
    public static implicit operator Dimension(long size) => new(size);

    /// <summary>The sum of two sizes.</summary>
    public static Dimension operator +(Dimension left, Dimension right) => left.With(right, (a, b) => a + b);

    /// <summary>The difference of two sizes.</summary>
    public static Dimension operator -(Dimension left, Dimension right) => left.With(right, (a, b) => a - b);

    /// <summary>The product of two sizes.</summary>
    public static Dimension operator *(Dimension left, Dimension right) => left.With(right, (a, b) => a * b);

    /// <summary>Whether both are the same in all forward passes.</summary>
    public static bool operator ==(Dimension left, Dimension right) => left.Equals(right);

    /// <summary>Whether they differ in a forward pass.</summary>
    public static bool operator !=(Dimension left, Dimension right) => !left.Equals(right);

    /// <summary>A size made of two, forward pass by forward pass.</summary>
    internal Dimension With(Dimension other, Func<long, long, long> combine)
    {
        var left = this;
        return new([.. Enumerable.Range(0, Math.Max(Passes, other.Passes)).Select(pass => combine(left.In(pass), other.In(pass)))]);
    }

    /// <inheritdoc/>
    public bool Equals(Dimension other) =>
        Size == other.Size && (_sizes is null ? other._sizes is null : other._sizes is not null && _sizes.SequenceEqual(other._sizes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dimension other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Size.GetHashCode();

    /// <summary>The size, or "?" where it is dynamic.</summary>
    public override string ToString() => IsDynamic ? "?" : $"{Size}";
}
