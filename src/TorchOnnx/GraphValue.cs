using TorchSharp;

namespace TorchOnnx;

/// <summary>A value in the graph under construction: an input, an initializer or the output of a node.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name) => Name = name;

    /// <summary>The name that the value has in the ONNX file.</summary>
    public string Name { get; internal set; }

    /// <summary>The shape; null for a value between the nodes of one converter, which no forward pass saw.</summary>
    public IReadOnlyList<Dimension>? Shape { get; internal set; }

    /// <summary>The element type; null where <see cref="Shape"/> is.</summary>
    public torch.ScalarType? Type { get; internal set; }

    /// <summary>The name of the value.</summary>
    public override string ToString() => Name;
}
