using System.Runtime.InteropServices;

namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>What a tensor claims to be and what it carries (TensorProto); its values are looked at, not kept.</summary>
internal sealed class OnnxTensor
{
    private const int MostIntegers = 32;

    private OnnxTensor()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>The element type by number.</summary>
    public int Type { get; private set; }

    public List<long> Dimensions { get; } = [];

    /// <summary>Its values are in another file, or it says where, in any spelling.</summary>
    public bool IsExternal { get; private set; }

    /// <summary>The values are one part of a larger tensor's: an old form that no runtime reads.</summary>
    public bool IsSegment { get; private set; }

    /// <summary>The length of raw_data; null when there is none.</summary>
    public int? RawBytes { get; private set; }

    /// <summary>How many values there are in the fields for one element type each.</summary>
    public long TypedValues { get; private set; }

    /// <summary>The values where they are a few int64 in raw_data, such as a shape; else null.</summary>
    public long[]? Integers { get; private set; }

    public bool HasNaN { get; private set; }

    public bool HasInfinity { get; private set; }

    public static OnnxTensor Read(ReadOnlySpan<byte> tensor)
    {
        var result = new OnnxTensor();
        ReadOnlySpan<byte> raw = default;
        var reader = new ProtobufReader(tensor, OnnxSchema.Tensor);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: reader.AddNumbersTo(result.Dimensions); break;
                case 2: result.Type = (int)Math.Min(reader.Number, int.MaxValue); break;
                case 3: result.IsSegment = true; break;
                case 4 or 5 or 6 or 7 or 10 or 11: result.TakeTyped(reader); break;
                case 8: result.Name = reader.Text; break;
                case 9: raw = reader.Bytes; result.RawBytes = raw.Length; break;
                case 13: result.IsExternal = true; break;
                case 14: result.IsExternal |= reader.Number != 0; break;
            }
        }
        result.Look(raw, result.Type);
        if (result.Type == ElementType.Int64 && raw.Length <= MostIntegers * sizeof(long))
            result.Integers = MemoryMarshal.Cast<byte, long>(raw).ToArray();
        return result;
    }

    public override string ToString() =>
        $"{Quote.Of(Name)} {ElementType.NameOf(Type)} [{string.Join(", ", Dimensions)}]";

    private void TakeTyped(ProtobufReader reader)
    {
        (int type, int size) = reader.Field switch
        {
            4 => (ElementType.Float32, sizeof(float)),
            10 => (ElementType.Float64, sizeof(double)),
            _ => (0, 0),
        };
        // Strings come one by one.
        TypedValues += size > 0 ? reader.Bytes.Length / size
            : reader.Field == 6 || reader.Wire == WireType.Varint ? 1
            : CountVarints(reader.Bytes);
        Look(reader.Bytes, type);
    }

    // The last byte of a varint is the one below 0x80.
    private static int CountVarints(ReadOnlySpan<byte> packed)
    {
        int count = 0;
        foreach (byte part in packed)
            count += part < 0x80 ? 1 : 0;
        return count;
    }

    private void Look(ReadOnlySpan<byte> values, int type)
    {
        var (nan, infinity) = NonFinite.In(values, type);
        HasNaN |= nan;
        HasInfinity |= infinity;
    }
}
