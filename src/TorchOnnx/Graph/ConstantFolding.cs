using System.Runtime.InteropServices;
using Onnx;
using TorchSharp;

namespace TorchOnnx.Graph;

/// <summary>
/// Computes the results of nodes that rearrange initializers, such as transposed weights. The results are exact.
/// </summary>
internal static class ConstantFolding
{
    // The runtime folds larger results when it loads the file, and copies of large weights take memory.
    private const int MostBytes = 1 << 20;

    /// <summary>Returns the results of a node, or <see langword="null"/> if it isn't folded.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">The initializers that it reads.</param>
    public static IReadOnlyList<torch.Tensor>? Evaluate(GraphNode node, IReadOnlyList<TensorProto> inputs)
    {
        if (inputs.Sum(input => (long)input.RawData.Length) > MostBytes) return null;
        try
        {
            return Evaluate(node, [.. node.Inputs.Zip(inputs, (value, input) => Tensor(input, value!.Type!.Value))]);
        }
        catch (ExternalException)
        {
            // The node is invalid. ONNX Runtime reports it when it loads the graph.
            return null;
        }
    }

    private static IReadOnlyList<torch.Tensor>? Evaluate(GraphNode node, torch.Tensor[] inputs)
    {
        return (node.OpType, inputs) switch
        {
            ("Transpose", [var data]) when Attribute("perm") is { } order => [data.permute([.. order.Ints])],
            ("Concat", [..]) when Attribute("axis") is { } axis => [torch.cat(inputs, axis.I)],
            ("Split", [var data, var sizes]) => data.split(Numbers(sizes), Attribute("axis")?.I ?? 0),
            ("Unsqueeze", [var data, var axes]) when Numbers(axes) is [var axis] => [data.unsqueeze(axis)],
            ("Reshape", [var data, var shape]) when !Numbers(shape).Contains(0) => [data.reshape(Numbers(shape))],
            _ => null,
        };

        AttributeProto? Attribute(string name) =>
            Array.Find(node.Attributes, attribute => attribute.Name == name)?.ToProto();
    }

    private static long[] Numbers(torch.Tensor tensor) => [.. tensor.data<long>()];

    private static torch.Tensor Tensor(TensorProto proto, torch.ScalarType type)
    {
        var tensor = torch.empty([.. proto.Dims], type);
        if (proto.RawData.Length > 0) tensor.bytes = proto.RawData.ToByteArray();
        return tensor;
    }
}
