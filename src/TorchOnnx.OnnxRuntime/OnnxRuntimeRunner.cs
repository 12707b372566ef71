using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Shared;

namespace TorchOnnx.OnnxRuntime;

/// <summary>
/// Runs exported graphs on ONNX Runtime's CPU provider. The application brings the native library, as with the
/// package Microsoft.ML.OnnxRuntime. The runtime's usage reports are turned off, unless ORT_DISABLE_TELEMETRY is set.
/// </summary>
/// <param name="optimize">
/// Whether the runtime may rewrite the graph before it runs it. Default: true, as programs that use the file do.
/// </param>
/// <param name="threads">Threads that a node may use. Default: 0, one for each core.</param>
public sealed class OnnxRuntimeRunner(bool optimize = true, int threads = 0) : IGraphRunner
{
    static OnnxRuntimeRunner() => OnnxRuntimeTelemetry.TurnOff();

    /// <inheritdoc/>
    public string Name { get; } = $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">The bytes are no model that this runtime can run.</exception>
    public IGraphSession Load(ReadOnlyMemory<byte> model)
    {
        using var options = Options();
        // Large weights are not copied once more where the memory is a whole array already.
        byte[] bytes = MemoryMarshal.TryGetArray(model, out var segment) && segment.Array!.Length == model.Length
            ? segment.Array
            : model.ToArray();
        return new OnnxRuntimeSession(new InferenceSession(bytes, options));
    }

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">The file is no model that this runtime can run.</exception>
    public IGraphSession Load(string path)
    {
        using var options = Options();
        return new OnnxRuntimeSession(new InferenceSession(path, options));
    }

    private SessionOptions Options() => new()
    {
        GraphOptimizationLevel = optimize
            ? GraphOptimizationLevel.ORT_ENABLE_ALL
            : GraphOptimizationLevel.ORT_DISABLE_ALL,
        IntraOpNumThreads = threads,
        // A refused graph is reported by its exception; the log would say it twice.
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };
}
