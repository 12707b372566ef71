namespace TorchOnnx;

/// <summary>A node of an exported graph.</summary>
/// <param name="Name">The node's name: the path of the module that it came from and the operator ("/0/Conv").</param>
/// <param name="OpType">The ONNX operator.</param>
/// <param name="Domain">The operator's domain; empty for ONNX's own.</param>
/// <param name="Inputs">The names of the values that it reads; empty where an optional input is left out.</param>
/// <param name="Outputs">The names of the values that it makes.</param>
public sealed record OnnxNode(
    string Name, string OpType, string Domain, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
