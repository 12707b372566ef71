using System.Globalization;
using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// Formats the parts of a model for error messages. Names come from the file, so they are shortened and escaped.
/// </summary>
internal static class OnnxText
{
    private const int Longest = 120;

    private static readonly string[] TypeNames =
    [
        "no tensor", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
        "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz",
        "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0",
    ];

    public static string Quote(string name)
    {
        string cut = name.Length <= Longest ? name : name[..Longest] + "…";
        return $"'{string.Concat(cut.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }

    public static string Of(NodeProto node) =>
        node.Name.Length > 0 ? $"{Quote(node.Name)} ({Quote(node.OpType)})" : Quote(node.OpType);

    public static string Of(TensorProto tensor) => Of(tensor.Name, tensor.DataType, string.Join(", ", tensor.Dims));

    public static string Of(ValueInfoProto value) => Of(
        value.Name, value.Type?.TensorType?.ElemType ?? 0, value.GetShape() is { } shape ? Of(shape) : "?");

    /// <summary>Formats a float32 value. A size of −1 is the batch.</summary>
    public static string OfFloat(string name, IEnumerable<long> shape) => Of(name, 1, Of(shape));

    private static string Of(string name, int type, string shape) =>
        $"{Quote(name)} {TypeNames.ElementAtOrDefault(type) ?? $"type {type}"} [{shape}]";

    private static string Of(IEnumerable<long> shape) =>
        string.Join(", ", shape.Select(size => size < 0 ? "N" : size.ToString(CultureInfo.InvariantCulture)));
}
