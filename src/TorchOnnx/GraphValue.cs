using TorchSharp;

namespace TorchOnnx;

/// <summary>Represents a value in a graph: an input, an initializer or the output of a node.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name) => Name = name;

    /// <summary>Gets the name of the value in the ONNX file.</summary>
    public string Name { get; internal set; }

    /// <summary>Gets the shape, or <see langword="null"/> for an intermediate value of a converter.</summary>
    public IReadOnlyList<Dimension>? Shape { get; internal set; }

    /// <summary>Gets the dtype, or <see langword="null"/> if <see cref="Shape"/> is null.</summary>
    public torch.ScalarType? Type { get; internal set; }

    /// <summary>Returns the name of the value.</summary>
    public override string ToString() => Name;
}
