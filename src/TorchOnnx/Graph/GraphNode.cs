namespace TorchOnnx.Graph;

/// <summary>A node whose values may still be renamed.</summary>
internal sealed record GraphNode(
    string Name, string OpType, GraphValue?[] Inputs, GraphValue[] Outputs, OnnxAttribute[] Attributes);
