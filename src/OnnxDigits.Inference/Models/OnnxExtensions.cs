using Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>Reads shapes and attributes of ONNX messages.</summary>
internal static class OnnxExtensions
{
    /// <summary>
    /// Returns a value's shape, with −1 for an open size, or <see langword="null"/> if the value declares no shape.
    /// </summary>
    public static long[]? GetShape(this ValueInfoProto value) =>
        value.Type?.TensorType?.Shape is { } shape
            ? [.. shape.Dim.Select(dim =>
                dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dim.DimValue : -1)]
            : null;

    public static bool IsFloat(this ValueInfoProto value) =>
        value.Type?.TensorType?.ElemType == (int)TensorProto.Types.DataType.Float;

    /// <summary>
    /// Returns the inputs that a caller must supply: the inputs without an initializer of the same name.
    /// </summary>
    public static List<ValueInfoProto> GetCallerInputs(this GraphProto graph)
    {
        var initialized = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Input.Where(input => !initialized.Contains(input.Name))];
    }

    public static bool Has(this NodeProto node, string attribute) =>
        node.Attribute.Any(candidate => candidate.Name == attribute);

    /// <summary>Returns an attribute's integers, or an empty array if it is missing or of another type.</summary>
    public static long[] GetIntegers(this NodeProto node, string attribute) =>
        node.Attribute.FirstOrDefault(candidate => candidate.Name == attribute) switch
        {
            { Type: AttributeProto.Types.AttributeType.Int } single => [single.I],
            { Type: AttributeProto.Types.AttributeType.Ints } many => [.. many.Ints],
            _ => [],
        };

    public static long[] GetIntegers(this NodeProto node, string attribute, int count, long defaultValue) =>
        node.Has(attribute) ? node.GetIntegers(attribute) : [.. Enumerable.Repeat(defaultValue, count)];

    public static long GetInteger(this NodeProto node, string attribute, long defaultValue) =>
        node.GetIntegers(attribute) is [var value] ? value : defaultValue;

    public static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";
}
