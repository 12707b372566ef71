using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Graph;

/// <summary>Converts a float32 graph to float16 between float32 inputs and outputs.</summary>
internal static class HalfPrecision
{
    // Inputs that the operator's specification requires to be float32.
    private static readonly Dictionary<string, int[]> FloatInputs = new() { ["Resize"] = [1, 2] };

    /// <exception cref="OnnxExportException">A weight exceeds the range of float16.</exception>
    public static void Apply(GraphProto graph)
    {
        var kept = graph.Node.Where(node => FloatInputs.ContainsKey(node.OpType))
            .SelectMany(node => FloatInputs[node.OpType]
                .Where(index => index < node.Input.Count).Select(index => node.Input[index]))
            .ToHashSet();
        foreach (var tensor in graph.Initializer.Where(tensor => !kept.Contains(tensor.Name))) Narrow(tensor);
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute))
        {
            if (attribute.T is { } tensor) Narrow(tensor);
            if (attribute.Name == "to" && attribute.I == (long)DataType.Float) attribute.I = (long)DataType.Float16;
        }
        // Outputs first, because an input may also be an output.
        for (int index = 0; index < graph.Output.Count; index++) WidenOutput(graph, graph.Output[index]);
        for (int index = graph.Input.Count - 1; index >= 0; index--) NarrowInput(graph, graph.Input[index]);
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
                    $"'{tensor.Name}' contains {floats[index]}, which exceeds float16's largest number, "
                        + $"{Half.MaxValue}",
                    "Export in float32 (HalfPrecision = false), or scale the weight")]);
            }
        }
        tensor.DataType = (int)DataType.Float16;
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(halves.AsSpan()));
    }

    private static void WidenOutput(GraphProto graph, ValueInfoProto output)
    {
        if (output.Type.TensorType.ElemType != (int)DataType.Float) return;
        string half = $"{output.Name}_float16";
        Rename(graph, output.Name, half, outputs: true);
        graph.Node.Add(Cast(half, output.Name, DataType.Float));
    }

    private static void NarrowInput(GraphProto graph, ValueInfoProto input)
    {
        if (input.Type.TensorType.ElemType != (int)DataType.Float) return;
        string half = $"{input.Name}_float16";
        Rename(graph, input.Name, half, outputs: false);
        graph.Node.Insert(0, Cast(input.Name, half, DataType.Float16));
    }

    private static void Rename(GraphProto graph, string from, string to, bool outputs)
    {
        foreach (var node in graph.Node)
        {
            for (int index = 0; index < node.Input.Count; index++)
            {
                if (node.Input[index] == from) node.Input[index] = to;
            }
            for (int index = 0; outputs && index < node.Output.Count; index++)
            {
                if (node.Output[index] == from) node.Output[index] = to;
            }
        }
    }

    private static NodeProto Cast(string from, string to, DataType type)
    {
        var node = new NodeProto { Name = $"/{from}/Cast", OpType = "Cast" };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.Add(new OnnxAttribute("to", (long)type).ToProto());
        return node;
    }
}
