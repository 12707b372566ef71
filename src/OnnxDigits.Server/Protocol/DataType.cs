using System.Collections.Frozen;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxDigits.Server.Protocol;

/// <summary>Represents a tensor data type of the protocol.</summary>
/// <param name="Name">The name in requests and responses.</param>
/// <param name="Size">The bytes of one element, or 0 for <see cref="Bytes"/>.</param>
/// <param name="Element">The type in ONNX Runtime.</param>
internal sealed record DataType(string Name, int Size, TensorElementType Element)
{
    public static readonly DataType Bool = new("BOOL", 1, TensorElementType.Bool);
    public static readonly DataType Uint8 = new("UINT8", 1, TensorElementType.UInt8);
    public static readonly DataType Uint16 = new("UINT16", 2, TensorElementType.UInt16);
    public static readonly DataType Uint32 = new("UINT32", 4, TensorElementType.UInt32);
    public static readonly DataType Uint64 = new("UINT64", 8, TensorElementType.UInt64);
    public static readonly DataType Int8 = new("INT8", 1, TensorElementType.Int8);
    public static readonly DataType Int16 = new("INT16", 2, TensorElementType.Int16);
    public static readonly DataType Int32 = new("INT32", 4, TensorElementType.Int32);
    public static readonly DataType Int64 = new("INT64", 8, TensorElementType.Int64);
    public static readonly DataType Fp16 = new("FP16", 2, TensorElementType.Float16);
    public static readonly DataType Bf16 = new("BF16", 2, TensorElementType.BFloat16);
    public static readonly DataType Fp32 = new("FP32", 4, TensorElementType.Float);
    public static readonly DataType Fp64 = new("FP64", 8, TensorElementType.Double);
    public static readonly DataType Bytes = new("BYTES", 0, TensorElementType.String);

    private static readonly DataType[] All =
        [Bool, Uint8, Uint16, Uint32, Uint64, Int8, Int16, Int32, Int64, Fp16, Bf16, Fp32, Fp64, Bytes];

    private static readonly FrozenDictionary<string, DataType> ByName =
        All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Returns the type with a name.</summary>
    /// <exception cref="ProtocolException">The protocol has no such type.</exception>
    public static DataType Of(string name) => ByName.GetValueOrDefault(name)
        ?? throw new ProtocolException($"A datatype is unknown. Use one of {string.Join(", ", ByName.Keys.Order())}.");

    /// <summary>Returns the type for an element of ONNX Runtime, or <c>null</c> if the protocol has none.</summary>
    public static DataType? Of(TensorElementType element) => All.FirstOrDefault(type => type.Element == element);
}
