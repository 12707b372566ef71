using OnnxDigits.Inference.Models.Onnx;

namespace OnnxDigits.Inference.Models;

/// <summary>
/// The operators that a digit network of ours is made of: layers, activations and what arranges their values. None
/// makes much out of little (ConstantOfShape, Expand, Tile), repeats or chooses (Loop, Scan, If), draws at random, or
/// takes its size from a value (Shape, Range): the exporter writes none of them for such a network, and what the
/// others make has a size that <see cref="SizeCheck"/> can tell beforehand.
/// </summary>
internal static class OperatorCheck
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        // Layers.
        "AveragePool", "BatchNormalization", "Conv", "Gemm", "GlobalAveragePool", "MatMul", "MaxPool",
        // Activations.
        "Clip", "Elu", "HardSigmoid", "HardSwish", "LeakyRelu", "Relu", "Sigmoid", "Softmax", "Tanh",
        // Arithmetic and arrangement.
        "Add", "Concat", "Div", "Flatten", "Identity", "Mul", "Pad", "Reshape", "Sub", "Transpose",
    };

    public static void Check(OnnxGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            if (!OnnxModel.IsDefaultDomain(node.Domain))
                throw new ModelFaultException(
                    $"has the operator {node} of the domain {Quote.Of(node.Domain)}, but OnnxDigits uses "
                    + "ONNX's default one alone",
                    Remedy.ExportOrAllow);
            if (!Allowed.Contains(node.Operator))
                throw new ModelFaultException(
                    $"has the operator {node}, which no digit model of OnnxDigits needs", Remedy.ExportOrAllow);
        }
    }
}
