namespace TorchOnnx;

/// <summary>Represents a tensor passed to or returned by an <see cref="IGraphSession"/>.</summary>
public abstract class GraphTensor
{
    private protected GraphTensor(long[] shape) => Shape = shape;

    /// <summary>Gets the shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Gets the type of the elements.</summary>
    public abstract Type ElementType { get; }
}

/// <summary>Represents a dense tensor in managed memory.</summary>
/// <typeparam name="T">The type of the elements: float, double, Half, long, int, byte or bool.</typeparam>
public sealed class GraphTensor<T> : GraphTensor where T : unmanaged
{
    /// <summary>Initializes a tensor over an array, without copying it.</summary>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="shape">The shape, whose product is the number of elements.</param>
    /// <exception cref="ArgumentException">
    /// The product of <paramref name="shape"/> isn't the length of <paramref name="data"/>.
    /// </exception>
    public GraphTensor(T[] data, params long[] shape) : base(shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(size => size < 0) || shape.Aggregate(1d, (product, size) => product * size) != data.Length)
        {
            throw new ArgumentException(
                $"The data has {data.Length} elements, which don't fill the shape [{string.Join(", ", shape)}].",
                nameof(data));
        }
        Data = data;
    }

    /// <summary>Gets the elements in row-major order.</summary>
    public T[] Data { get; }

    /// <inheritdoc/>
    public override Type ElementType => typeof(T);
}
