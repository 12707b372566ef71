namespace TorchOnnx;

/// <summary>A dense tensor in managed memory, the coin in which graphs are run: no framework's type.</summary>
/// <seealso cref="GraphTensor{T}"/>
public abstract class GraphTensor
{
    private protected GraphTensor(long[] shape) => Shape = shape;

    /// <summary>The sizes of the dimensions; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The type of the elements.</summary>
    public abstract Type ElementType { get; }
}

/// <summary>A dense tensor of float, double, Half, long, int or bool in managed memory.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed class GraphTensor<T> : GraphTensor where T : unmanaged
{
    /// <summary>Wraps elements; they are not copied.</summary>
    /// <param name="data">The elements in row-major order.</param>
    /// <param name="shape">The sizes of the dimensions; their product is the number of elements.</param>
    /// <exception cref="ArgumentException">The sizes do not multiply to the number of elements.</exception>
    public GraphTensor(T[] data, params long[] shape) : base(shape)
    {
        if (shape.Aggregate(1L, (product, size) => product * size) != data.Length)
            throw new ArgumentException(
                $"A tensor of shape [{string.Join(", ", shape)}] cannot hold {data.Length} elements.", nameof(data));
        Data = data;
    }

    /// <summary>The elements in row-major order.</summary>
    public T[] Data { get; }

    /// <inheritdoc/>
    public override Type ElementType => typeof(T);
}
