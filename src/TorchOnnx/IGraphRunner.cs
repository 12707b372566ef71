namespace TorchOnnx;

/// <summary>
/// A runtime that can run ONNX models, used to prove that an exported graph gives the module's results.
/// <c>OnnxRuntimeRunner</c> of the package TorchOnnx.OnnxRuntime is one.
/// </summary>
public interface IGraphRunner
{
    /// <summary>Name and version of the runtime, for reports.</summary>
    string Name { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <returns>The loaded model, to be disposed by the caller.</returns>
    IGraphSession Load(ReadOnlyMemory<byte> model);

    /// <summary>Loads a model whose weights lie in a file of their own beside it.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <returns>The loaded model, to be disposed by the caller.</returns>
    IGraphSession Load(string path);
}

/// <summary>A model that an <see cref="IGraphRunner"/> has loaded.</summary>
public interface IGraphSession : IDisposable
{
    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">All inputs of the graph by name.</param>
    /// <returns>All outputs of the graph by name.</returns>
    IReadOnlyDictionary<string, GraphTensor> Run(IReadOnlyDictionary<string, GraphTensor> inputs);
}
