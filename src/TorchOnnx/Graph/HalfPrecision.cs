using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Graph;

/// <summary>Converts a float32 graph to float16 between float32 inputs and outputs.</summary>
internal static class HalfPrecision
{
    /// <exception cref="OnnxExportException">A weight exceeds the range of float16.</exception>
    public static void Apply(GraphProto graph)
    {
        // ONNX requires that roi and scales of Resize, its inputs 1 and 2, are float32.
        var kept = graph.Node.Where(node => node.OpType == "Resize")
            .SelectMany(node => node.Input.Skip(1).Take(2)).ToHashSet();
        foreach (var tensor in graph.Initializer.Where(tensor => !kept.Contains(tensor.Name))) Narrow(tensor);
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute))
        {
            if (attribute.T is { } tensor) Narrow(tensor);
            if (attribute.Name == "to" && attribute.I == (long)DataType.Float) attribute.I = (long)DataType.Float16;
        }
        // Outputs first, because an input may also be an output.
        foreach (var output in graph.Output) AddCast(graph, output, isOutput: true);
        foreach (var input in graph.Input.Reverse()) AddCast(graph, input, isOutput: false);
    }

    private static void Narrow(TensorProto tensor)
    {
        if (tensor.DataType != (int)DataType.Float) return;
        var floats = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        var halves = new Half[floats.Length];
        for (int index = 0; index < halves.Length; index++)
        {
            halves[index] = (Half)floats[index];
            if (float.IsFinite(floats[index]) && !Half.IsFinite(halves[index]))
            {
                throw new OnnxExportException([new("", "model",
                    string.Create(CultureInfo.InvariantCulture, $"'{tensor.Name}' contains {floats[index]}, which "
                        + $"exceeds float16's largest number, {Half.MaxValue}"),
                    "Export in float32 (HalfPrecision = false), or scale the weight")]);
            }
        }
        tensor.DataType = (int)DataType.Float16;
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan()));
    }

    // Renames a float32 input or output within the graph, and casts between the two names.
    private static void AddCast(GraphProto graph, ValueInfoProto value, bool isOutput)
    {
        if (value.Type.TensorType.ElemType != (int)DataType.Float) return;
        string half = $"{value.Name}_float16";
        var names = graph.Node.SelectMany(node => node.Input.Concat(node.Output)).ToHashSet();
        while (names.Contains(half)) half += "_";
        foreach (var node in graph.Node)
        {
            Rename(node.Input, value.Name, half);
            Rename(node.Output, value.Name, half);
        }
        if (isOutput) graph.Node.Add(Cast(half, value.Name, DataType.Float));
        else graph.Node.Insert(0, Cast(value.Name, half, DataType.Float16));
    }

    private static void Rename(IList<string> names, string from, string to)
    {
        for (int index = 0; index < names.Count; index++)
        {
            if (names[index] == from) names[index] = to;
        }
    }

    private static NodeProto Cast(string from, string to, DataType type) => new()
    {
        Name = $"/{from}/Cast",
        OpType = "Cast",
        Input = { from },
        Output = { to },
        Attribute = { new OnnxAttribute("to", (long)type).ToProto() },
    };
}
