namespace TorchOnnx.Shapes;

/// <summary>Represents a number in <c>forward</c> by its value in each pass.</summary>
internal sealed class PassValues(IEnumerable<double> values) : IEquatable<PassValues>
{
    private readonly double[] _values = [.. values];

    /// <summary>Creates the values of a size.</summary>
    /// <param name="size">The size.</param>
    /// <param name="passes">The number of passes.</param>
    public PassValues(Dimension size, int passes)
        : this(Enumerable.Range(0, passes).Select(pass => (double)size.In(pass))) { }

    public double Example => _values[0];

    public bool IsConstant => Array.TrueForAll(_values, value => value.Equals(_values[0]));

    public bool IsInteger => Array.TrueForAll(_values, value => double.IsInteger(value) && Math.Abs(value) < 1L << 53);

    public double this[int pass] => _values[pass];

    /// <summary>Returns the number as a size. It must be an integer in all passes.</summary>
    public Dimension ToDimension() => new([.. _values.Select(value => (long)value)]);

    public override string ToString() => string.Join(", ", _values);

    public bool Equals(PassValues? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as PassValues);

    public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);
}
