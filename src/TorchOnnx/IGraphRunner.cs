namespace TorchOnnx;

/// <summary>Represents a runtime that runs exported graphs for verification.</summary>
/// <remarks>The package TorchOnnx.OnnxRuntime contains an implementation, <c>OnnxRuntimeRunner</c>.</remarks>
public interface IGraphRunner
{
    /// <summary>Gets the name and version of the runtime, for reports.</summary>
    string Name { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <returns>The loaded model. The caller disposes it.</returns>
    IGraphSession Load(ReadOnlyMemory<byte> model);

    /// <summary>Loads a model from a file, with its external data.</summary>
    /// <param name="path">The path of the ONNX file.</param>
    /// <returns>The loaded model. The caller disposes it.</returns>
    IGraphSession Load(string path);
}

/// <summary>Represents a model that an <see cref="IGraphRunner"/> has loaded.</summary>
public interface IGraphSession : IDisposable
{
    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">The inputs of the graph by name.</param>
    /// <returns>The outputs of the graph by name.</returns>
    IReadOnlyDictionary<string, GraphTensor> Run(IReadOnlyDictionary<string, GraphTensor> inputs);
}
