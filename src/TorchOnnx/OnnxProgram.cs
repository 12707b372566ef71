using Google.Protobuf;
using Onnx;
using TorchOnnx.Graph;
using TorchOnnx.Verification;

namespace TorchOnnx;

/// <summary>An exported ONNX model in memory.</summary>
public sealed class OnnxProgram
{
    private readonly ModelProto _model;
    private readonly OnnxExportOptions _options;
    private readonly Verifier _verifier;

    internal OnnxProgram(ModelProto model, OnnxExportOptions options, Verifier verifier)
    {
        (_model, _options, _verifier) = (model, options, verifier);
        Nodes = [.. model.Graph.Node.Select(node =>
            new OnnxNode(node.Name, node.OpType, node.Domain, [.. node.Input], [.. node.Output]))];
        ParameterCount = verifier.ParameterCount;
    }

    /// <summary>The nodes in the order in which they run.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>How many numbers the module's parameters hold, shared ones counted once; buffers are not counted.</summary>
    public long ParameterCount { get; }

    /// <summary>The last verification; null when there was none.</summary>
    public VerificationReport? Report { get; private set; }

    /// <summary>The bytes of the ONNX file. The same module and options give the same bytes.</summary>
    /// <exception cref="InvalidOperationException">
    /// The weights are larger than <see cref="OnnxExportOptions.ExternalDataThreshold"/>; only <see cref="Save"/> writes them.
    /// </exception>
    public byte[] ToBytes() => ExternalData.IsNeeded(_model, _options)
        ? throw new InvalidOperationException(
            $"The weights take more than {_options.ExternalDataThreshold:N0} bytes, which one file does not hold: "
                + "use Save, which writes them into a file of their own.")
        : _model.ToByteArray();

    /// <summary>
    /// Runs the graph and the module on the example, on random inputs and at sizes of the dynamic dimensions that
    /// were not traced, and compares. The module must still be alive and as it was when it was exported.
    /// </summary>
    /// <param name="runner">The runtime.</param>
    /// <returns>What was compared and found; also kept as <see cref="Report"/>.</returns>
    public VerificationReport Verify(IGraphRunner runner)
    {
        ArgumentNullException.ThrowIfNull(runner);
        return Report = _verifier.Verify(_model, runner);
    }

    /// <summary>
    /// Writes the ONNX file: beside its place, under a temporary name, then renamed. A model whose last
    /// verification failed is not written. Weights past <see cref="OnnxExportOptions.ExternalDataThreshold"/> go into
    /// a second file, "NAME.data", which must stay beside it.
    /// </summary>
    /// <param name="path">The file, in a folder that exists; a file of that name is replaced.</param>
    /// <exception cref="OnnxExportException">The last verification failed.</exception>
    /// <exception cref="IOException">The file cannot be written; nothing is left behind.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Report is { Passed: false }) throw Report.ToException();
        if (ExternalData.IsNeeded(_model, _options)) ExternalData.Save(_model, path);
        else AtomicFile.Write(path, stream => _model.WriteTo(stream));
    }
}
