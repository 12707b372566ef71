using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Shared;

namespace TorchOnnx.OnnxRuntime;

/// <summary>Runs exported graphs with ONNX Runtime on the CPU.</summary>
/// <remarks>
/// The application references a package with the native library, such as Microsoft.ML.OnnxRuntime. The first runner
/// turns off ONNX Runtime's telemetry for the process, unless the environment variable ORT_DISABLE_TELEMETRY is set.
/// </remarks>
/// <param name="optimize">Indicates whether ONNX Runtime optimizes the graph, as it does by default.</param>
/// <param name="threads">The number of threads that an operator may use, or 0 for one thread per core.</param>
/// <example><code>var options = new OnnxExportOptions { Verifier = new OnnxRuntimeRunner() };</code></example>
public sealed class OnnxRuntimeRunner(bool optimize = true, int threads = 0) : IGraphRunner
{
    static OnnxRuntimeRunner() => OnnxRuntimeTelemetry.TurnOff();

    /// <inheritdoc/>
    public string Name { get; } = $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot load the model.</exception>
    public IGraphSession Load(ReadOnlyMemory<byte> model)
    {
        using var options = Options();
        // Avoids a copy of large weights if the memory is a whole array.
        byte[] bytes = MemoryMarshal.TryGetArray(model, out var segment) && segment.Array!.Length == model.Length
            ? segment.Array
            : model.ToArray();
        return new OnnxRuntimeSession(new InferenceSession(bytes, options));
    }

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot load the model.</exception>
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
        // The exception reports errors; the log would repeat them.
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };
}
