using System.Globalization;

namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>The name, element type and shape of a graph's input or output.</summary>
/// <param name="Name">The value's name.</param>
/// <param name="Type">The element type by number; 0 when it is no tensor.</param>
/// <param name="Dimensions">The dimensions; −1 where one is dynamic; null when the shape is not stated.</param>
internal sealed record OnnxValue(string Name, int Type, long[]? Dimensions)
{
    // Every other field of a type than the tensor's is another kind of value: a sequence, a map.
    private const int Denotation = 6;

    public static OnnxValue Read(ReadOnlySpan<byte> message)
    {
        var value = new OnnxValue("", 0, null);
        var reader = new ProtobufReader(message, OnnxSchema.Value);
        while (reader.Read())
        {
            if (reader.Field == 1)
                value = value with { Name = reader.Text };
            else if (reader.Field == 2)
                value = value.WithType(reader.Bytes);
        }
        return value;
    }

    /// <summary>Whether it is float32 of this shape, where −1 in <paramref name="shape"/> must be dynamic.</summary>
    public bool IsFloat(params ReadOnlySpan<long> shape) =>
        Type == ElementType.Float32 && shape.SequenceEqual(Dimensions);

    public override string ToString()
    {
        string shape = Dimensions is null
            ? "?"
            : string.Join(", ", Dimensions.Select(d => d < 0 ? "N" : d.ToString(CultureInfo.InvariantCulture)));
        return $"{Quote.Of(Name)} {ElementType.NameOf(Type)} [{shape}]";
    }

    private OnnxValue WithType(ReadOnlySpan<byte> type)
    {
        var reader = new ProtobufReader(type, OnnxSchema.Type);
        var value = this;
        while (reader.Read())
        {
            if (reader.Field == 1)
                value = value.WithTensor(reader.Bytes);
            else if (reader.Field != Denotation)
                return this;
        }
        return value;
    }

    private OnnxValue WithTensor(ReadOnlySpan<byte> tensor)
    {
        var value = this;
        var reader = new ProtobufReader(tensor, OnnxSchema.TensorType);
        while (reader.Read())
        {
            value = reader.Field == 1
                ? value with { Type = (int)Math.Min(reader.Number, int.MaxValue) }
                : value with { Dimensions = ReadShape(reader.Bytes) };
        }
        return value;
    }

    private static long[] ReadShape(ReadOnlySpan<byte> shape)
    {
        var dimensions = new List<long>();
        var reader = new ProtobufReader(shape, OnnxSchema.Shape);
        while (reader.Read())
            dimensions.Add(ReadDimension(reader.Bytes));
        return [.. dimensions];
    }

    private static long ReadDimension(ReadOnlySpan<byte> dimension)
    {
        long size = -1;
        var reader = new ProtobufReader(dimension, OnnxSchema.Dimension);
        while (reader.Read())
        {
            if (reader.Field == 1)
                size = (long)reader.Number;
        }
        return size;
    }
}
