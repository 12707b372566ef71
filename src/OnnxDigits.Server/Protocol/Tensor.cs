namespace OnnxDigits.Server.Protocol;

/// <summary>Represents a tensor of a request or a response, in row-major order.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The data type.</param>
/// <param name="Shape">The sizes of the dimensions, all at least 0.</param>
/// <param name="Data">The elements in little-endian order. Empty for <see cref="DataType.Bytes"/>.</param>
internal sealed record Tensor(string Name, DataType Type, long[] Shape, ReadOnlyMemory<byte> Data)
{
    private const int MaxRank = 16;

    /// <summary>Creates a tensor of <see cref="DataType.Bytes"/>.</summary>
    public Tensor(string name, long[] shape, ReadOnlyMemory<byte>[] elements)
        : this(name, DataType.Bytes, shape, ReadOnlyMemory<byte>.Empty) => Elements = elements;

    /// <summary>Gets the elements of a tensor of <see cref="DataType.Bytes"/>.</summary>
    public ReadOnlyMemory<byte>[] Elements { get; init; } = [];

    /// <summary>Gets the number of elements.</summary>
    public int Count => Type == DataType.Bytes ? Elements.Length : Data.Length / Type.Size;

    /// <summary>Joins the rows of tensors that have the same sizes except for the first.</summary>
    public static Tensor Join(Tensor[] parts)
    {
        var first = parts[0];
        if (parts.Length == 1) return first;
        return first with
        {
            Shape = [parts.Sum(part => part.Shape[0]), .. first.Shape.AsSpan(1)],
            Data = parts.SelectMany(part => part.Data.ToArray()).ToArray(),
            Elements = [.. parts.SelectMany(part => part.Elements)],
        };
    }

    /// <summary>Returns rows of the tensor. They share its memory.</summary>
    public Tensor Rows(int start, int count)
    {
        if (count == Shape[0]) return this;
        int width = Count / (int)Shape[0];
        long[] shape = [count, .. Shape.AsSpan(1)];
        return Type == DataType.Bytes
            ? new(Name, shape, Elements[(start * width)..((start + count) * width)])
            : new(Name, Type, shape, Data.Slice(start * width * Type.Size, count * width * Type.Size));
    }

    /// <summary>Returns the number of elements of a shape in a request.</summary>
    /// <exception cref="ProtocolException">A size is negative, or the tensor has too many elements.</exception>
    public static int CountOf(IReadOnlyList<long> shape, int most)
    {
        if (shape.Count > MaxRank) throw new ProtocolException($"A shape has more than {MaxRank} sizes.");
        long count = 1;
        foreach (long size in shape)
        {
            if (size < 0) throw new ProtocolException("A shape has a negative size.");
            // The count and the size are below 2^31 here, so the product can't overflow.
            count = size > most ? most + 1L : Math.Min(count * size, most + 1L);
            if (size == 0) return 0;
        }
        return count <= most
            ? (int)count
            : throw new ProtocolException(
                $"A tensor has more than {most} elements, the limit of this server.",
                StatusCodes.Status413PayloadTooLarge);
    }
}

/// <summary>Represents an input or output of a model. A size of -1 is open.</summary>
internal sealed record TensorInfo(string Name, DataType Type, long[] Shape)
{
    /// <summary>Gets the type and shape as text, such as <c>FP32 [-1, 10]</c>.</summary>
    public override string ToString() => $"{Type.Name} [{string.Join(", ", Shape)}]";
}

/// <summary>Represents an output that a request asks for.</summary>
/// <param name="Name">The name of the output.</param>
/// <param name="Classes">The number of best classes to return instead of values, or 0 to return values.</param>
internal readonly record struct RequestedOutput(string Name, int Classes);
