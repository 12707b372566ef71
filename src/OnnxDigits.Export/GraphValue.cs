namespace OnnxDigits.Export;

/// <summary>A value in the graph under construction: an input, an initializer or the output of a node.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name) => Name = name;

    /// <summary>The name that the value has in the ONNX file.</summary>
    public string Name { get; internal set; }

    /// <summary>The name of the value.</summary>
    public override string ToString() => Name;
}
