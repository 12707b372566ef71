namespace OnnxDigits.Inference.Internals;

/// <summary>The name, element type and shape of a graph's input or output.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="ElementType">TensorProto.DataType: 1 is float32; 0 when it is no tensor.</param>
/// <param name="Dimensions">The dimensions; −1 where one is dynamic; null when the shape is not stated.</param>
internal sealed record OnnxValue(string Name, int ElementType, long[]? Dimensions)
{
    private static readonly string[] TypeNames =
    [
        "no tensor", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
        "float64", "uint32", "uint64",
    ];

    public static OnnxValue Read(ReadOnlySpan<byte> message)
    {
        var value = new OnnxValue("", 0, null);
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Wire == WireType.Length)
                value = value with { Name = reader.Text };
            else if (reader.Field == 2 && reader.Wire == WireType.Length)
                value = value.WithType(reader.Bytes);
        }
        return value;
    }

    /// <summary>Whether it is float32 of this shape, where −1 in <paramref name="shape"/> must be dynamic.</summary>
    public bool IsFloat(params ReadOnlySpan<long> shape) => ElementType == 1 && shape.SequenceEqual(Dimensions);

    public override string ToString()
    {
        string type = ElementType < TypeNames.Length ? TypeNames[ElementType] : $"type {ElementType}";
        string shape = Dimensions is null
            ? "?"
            : string.Join(", ", Dimensions.Select(d => d < 0 ? "N" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return $"'{Name}' {type} [{shape}]";
    }

    private OnnxValue WithType(ReadOnlySpan<byte> type)
    {
        var reader = new ProtobufReader(type);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Wire == WireType.Length)
                return WithTensor(reader.Bytes);
        }
        return this;
    }

    private OnnxValue WithTensor(ReadOnlySpan<byte> tensor)
    {
        var value = this;
        var reader = new ProtobufReader(tensor);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Wire == WireType.Varint)
                value = value with { ElementType = (int)Math.Min(reader.Number, int.MaxValue) };
            else if (reader.Field == 2 && reader.Wire == WireType.Length)
                value = value with { Dimensions = ReadShape(reader.Bytes) };
        }
        return value;
    }

    private static long[] ReadShape(ReadOnlySpan<byte> shape)
    {
        var dimensions = new List<long>();
        var reader = new ProtobufReader(shape);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Wire == WireType.Length)
                dimensions.Add(ReadDimension(reader.Bytes));
        }
        return [.. dimensions];
    }

    private static long ReadDimension(ReadOnlySpan<byte> dimension)
    {
        var reader = new ProtobufReader(dimension);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Wire == WireType.Varint)
                return (long)reader.Number;
        }
        return -1;
    }
}
