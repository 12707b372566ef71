namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>ONNX's element types (TensorProto.DataType).</summary>
internal static class ElementType
{
    public const int Float32 = 1;
    public const int Int64 = 7;
    public const int Float16 = 10;
    public const int Float64 = 11;
    public const int BFloat16 = 16;

    // By number; strings have no fixed size.
    private static readonly (string Name, int Bits)[] Types =
    [
        ("no tensor", 0), ("float32", 32), ("uint8", 8), ("int8", 8), ("uint16", 16), ("int16", 16), ("int32", 32),
        ("int64", 64), ("string", 0), ("bool", 8), ("float16", 16), ("float64", 64), ("uint32", 32), ("uint64", 64),
        ("complex64", 64), ("complex128", 128), ("bfloat16", 16), ("float8e4m3fn", 8), ("float8e4m3fnuz", 8),
        ("float8e5m2", 8), ("float8e5m2fnuz", 8), ("uint4", 4), ("int4", 4), ("float4e2m1", 4), ("float8e8m0", 8),
    ];

    public static string NameOf(int type) => IsKnown(type) ? Types[type].Name : $"type {type}";

    /// <summary>The bits of one value; 0 where there is no fixed size.</summary>
    public static int BitsOf(int type) => IsKnown(type) ? Types[type].Bits : 0;

    private static bool IsKnown(int type) => type >= 0 && type < Types.Length;
}
