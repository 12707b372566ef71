using Google.Protobuf;
using OnnxDigits.Export.Internals;
using OnnxDigits.Export.Internals.Verification;

namespace OnnxDigits.Export;

/// <summary>An exported ONNX model in memory.</summary>
public sealed class OnnxProgram
{
    private readonly byte[] _bytes;
    private readonly Verifier _verifier;

    internal OnnxProgram(Translation translation, Verifier verifier)
    {
        _bytes = translation.Model.ToByteArray();
        _verifier = verifier;
        Nodes = [.. translation.Model.Graph.Node.Select(node =>
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
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>
    /// Runs the graph and the module on the example, on random inputs and, where the batch is dynamic, at batch
    /// sizes 1 and 3, and compares. The module must still be alive and as it was when it was exported.
    /// </summary>
    /// <param name="runner">The runtime.</param>
    /// <returns>What was compared and found; also kept as <see cref="Report"/>.</returns>
    public VerificationReport Verify(IGraphRunner runner)
    {
        ArgumentNullException.ThrowIfNull(runner);
        return Report = _verifier.Verify(_bytes, runner);
    }

    /// <summary>
    /// Writes the ONNX file: beside its place, under a temporary name, then renamed. A model whose last
    /// verification failed is not written.
    /// </summary>
    /// <param name="path">The file, in a folder that exists; a file of that name is replaced.</param>
    /// <exception cref="OnnxExportException">The last verification failed.</exception>
    /// <exception cref="IOException">The file cannot be written; nothing is left behind.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Report is { Passed: false }) throw Report.ToException();
        AtomicFile.Write(path, _bytes);
    }
}
