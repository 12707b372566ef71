using System.Buffers.Binary;
using System.Text.Json;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Graph;

/// <summary>Writes the header of a safetensors file: https://github.com/huggingface/safetensors#format.</summary>
internal static class Safetensors
{
    private const int Alignment = 8;

    private static readonly IReadOnlyDictionary<DataType, (string Name, int Size)> Types =
        new Dictionary<DataType, (string, int)>
        {
            [DataType.Double] = ("F64", 8),
            [DataType.Float] = ("F32", 4),
            [DataType.Float16] = ("F16", 2),
            [DataType.Bfloat16] = ("BF16", 2),
            [DataType.Int64] = ("I64", 8),
            [DataType.Int32] = ("I32", 4),
            [DataType.Int16] = ("I16", 2),
            [DataType.Int8] = ("I8", 1),
            [DataType.Uint8] = ("U8", 1),
            [DataType.Bool] = ("BOOL", 1),
        };

    /// <summary>
    /// Orders tensors by the size of their elements, the largest first, so that all are aligned without gaps.
    /// </summary>
    public static IReadOnlyList<TensorProto> Order(IEnumerable<TensorProto> tensors) =>
        [.. tensors.OrderByDescending(tensor => Types[(DataType)tensor.DataType].Size)];

    /// <summary>Returns the bytes before the first tensor.</summary>
    public static byte[] Header(IReadOnlyList<TensorProto> tensors)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", Types[(DataType)tensor.DataType].Name);
                Write(writer, "shape", tensor.Dims);
                Write(writer, "data_offsets", [offset, offset += tensor.RawData.Length]);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        long length = (json.Length + Alignment - 1) / Alignment * Alignment;
        var header = new byte[sizeof(long) + length];
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        header.AsSpan(sizeof(long)).Fill((byte)' ');
        json.ToArray().CopyTo(header, sizeof(long));
        return header;
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
