namespace TorchOnnx;

/// <summary>
/// Represents a size that the exporter observed in forward passes at several input sizes. A size that differs between
/// passes is dynamic. Converters use dimensions like numbers.
/// </summary>
public readonly struct Dimension : IEquatable<Dimension>
{
    private readonly long[]? _sizes;

    /// <summary>Initializes a size from its value in each pass, starting with the example's pass.</summary>
    internal Dimension(IReadOnlyList<long> sizes)
    {
        Size = sizes[0];
        if (sizes.Any(size => size != sizes[0])) _sizes = [.. sizes];
    }

    private Dimension(long size) => Size = size;

    /// <summary>Gets the size in the pass with the example.</summary>
    public long Size { get; }

    /// <summary>Gets a value that indicates whether the size depends on an open dimension of the inputs.</summary>
    public bool IsDynamic => _sizes is not null;

    /// <summary>Gets the number of passes, or 1 for a static size.</summary>
    internal int Passes => _sizes?.Length ?? 1;

    /// <summary>Returns the size in a pass.</summary>
    internal long In(int pass) => _sizes is null ? Size : _sizes[pass];

    /// <summary>Converts a number to a static size.</summary>
    public static implicit operator Dimension(long size) => new(size);

    /// <summary>Adds two sizes.</summary>
    public static Dimension operator +(Dimension left, Dimension right) => left.With(right, (a, b) => a + b);

    /// <summary>Subtracts two sizes.</summary>
    public static Dimension operator -(Dimension left, Dimension right) => left.With(right, (a, b) => a - b);

    /// <summary>Multiplies two sizes.</summary>
    public static Dimension operator *(Dimension left, Dimension right) => left.With(right, (a, b) => a * b);

    /// <summary>Returns a value that indicates whether two sizes are equal in all passes.</summary>
    public static bool operator ==(Dimension left, Dimension right) => left.Equals(right);

    /// <summary>Returns a value that indicates whether two sizes differ in any pass.</summary>
    public static bool operator !=(Dimension left, Dimension right) => !left.Equals(right);

    /// <summary>Combines two sizes in each pass.</summary>
    internal Dimension With(Dimension other, Func<long, long, long> combine)
    {
        var left = this;
        return new([.. Enumerable.Range(0, Math.Max(Passes, other.Passes))
            .Select(pass => combine(left.In(pass), other.In(pass)))]);
    }

    /// <inheritdoc/>
    public bool Equals(Dimension other) =>
        Size == other.Size && (_sizes is null
            ? other._sizes is null
            : other._sizes is not null && _sizes.SequenceEqual(other._sizes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dimension other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Size.GetHashCode();

    /// <summary>Returns the size, or "?" for a dynamic size.</summary>
    public override string ToString() => IsDynamic ? "?" : $"{Size}";
}
