using Onnx;

namespace TorchOnnx.Quantization;

/// <summary>
/// Represents a Conv, ConvTranspose, Gemm, MatMul, Gather (an embedding), LSTM, GRU or RNN with a constant float32
/// weight.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Axis">The axis of the weight's output channels.</param>
/// <param name="Bias">The bias with an element for each output channel, or <see langword="null"/>.</param>
internal sealed record Layer(NodeProto Node, TensorProto Weight, int Axis, TensorProto? Bias)
{
    /// <summary>
    /// Gets the weight of the hidden state, with the same channels; <see langword="null"/> for other operators than
    /// LSTM, GRU and RNN.
    /// </summary>
    public TensorProto? Recurrent { get; init; }

    /// <summary>Gets a value that indicates whether only the weight becomes integers, in either mode.</summary>
    public bool IsWeightOnly => Recurrent is not null || Node.OpType is "ConvTranspose" or "Gather";

    public string Input => Node.Input[0];

    /// <summary>Gets the first output that other nodes may read. An LSTM can have only its last state.</summary>
    public string Output { get; } = Node.Output.First(name => name.Length > 0);

    public int Channels { get; } = (int)Weight.Dims[Axis];

    private int Stride { get; } = (int)Weight.Dims.Skip(Axis + 1).Aggregate(1L, (product, size) => product * size);

    /// <summary>Returns the output channel of an element of the weight.</summary>
    public int Channel(int index) => index / Stride % Channels;

    /// <summary>
    /// Returns a node as a layer, or <see langword="null"/> with the reason if it cannot be quantized. The reason is
    /// <see langword="null"/> for other operators.
    /// </summary>
    public static Layer? TryCreate(NodeProto node, FloatGraph graph, out string? reason)
    {
        reason = null;
        if (node.Domain is not ("" or "ai.onnx")) return null;
        if (node.OpType is "LSTM" or "GRU" or "RNN")
        {
            reason = "its weights aren't float32 constants";
            if (graph.FloatConstant(node.Input[1]) is not { } inner
                || graph.FloatConstant(node.Input[2]) is not { } recurrent)
            {
                return null;
            }
            reason = null;
            return new(node, inner, 1, null) { Recurrent = recurrent };
        }
        if (node.OpType == "Gather")
        {
            return node.Int("axis", 0) == 0 && graph.Constant(node.Input[1]) is null
                && graph.FloatConstant(node.Input[0]) is { Dims.Count: 2 } table
                ? new(node, table, 0, null)
                : null;
        }
        if (node.OpType is not ("Conv" or "ConvTranspose" or "Gemm" or "MatMul")) return null;
        reason = "its weight isn't a float32 constant";
        if (graph.FloatConstant(node.Input[1]) is not { } weight || graph.Constant(node.Input[0]) is { }) return null;
        if (node.OpType == "ConvTranspose")
        {
            reason = null;
            return new(node, weight, 1, null);
        }
        reason = "its weight isn't a matrix";
        if (node.OpType != "Conv" && weight.Dims.Count != 2) return null;
        reason = "it scales or transposes its inputs";
        if (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1) return null;
        int axis = node.OpType == "Conv" || node.Int("transB", 0) != 0 ? 0 : 1;
        var layer = new Layer(node, weight, axis, null);
        reason = null;
        if (node.Input.ElementAtOrDefault(2) is null or "") return layer;
        reason = "its bias isn't a float32 constant with an element for each output channel";
        if (graph.FloatConstant(node.Input[2]) is not { } bias || bias.Dims is not [var size] || size != layer.Channels)
        {
            return null;
        }
        reason = null;
        return layer with { Bias = bias };
    }
}

/// <summary>Reads attributes of a node.</summary>
internal static class NodeAttributes
{
    public static long Int(this NodeProto node, string name, long otherwise) => node.Attribute
        .FirstOrDefault(attribute => attribute.Name == name)?.I ?? otherwise;

    public static float Float(this NodeProto node, string name, float otherwise) => node.Attribute
        .FirstOrDefault(attribute => attribute.Name == name)?.F ?? otherwise;

    public static string Text(this NodeProto node, string name, string otherwise) => node.Attribute
        .FirstOrDefault(attribute => attribute.Name == name)?.S.ToStringUtf8() ?? otherwise;
}
