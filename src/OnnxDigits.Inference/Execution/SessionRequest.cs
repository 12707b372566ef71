using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A model that is to run, and what the application says of how.</summary>
/// <param name="Model">The bytes of the file.</param>
/// <param name="ModelName">How errors name it.</param>
/// <param name="Threads">Threads within one run.</param>
/// <param name="ProviderLibraries">Paths of plugin libraries by the names of devices, such as cuda.</param>
internal sealed record SessionRequest(
    byte[] Model, string ModelName, int Threads, IReadOnlyDictionary<string, string> ProviderLibraries)
{
    /// <summary>The most images in one run; null for as many as suit the device.</summary>
    public int? BatchSize { get; init; }

    public SessionOptions NewOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Without this the runtime may take the same bytes for its own format, which nobody has checked.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        // Measured by tools/Bench (settings) on two processors that others use too, conv, one image: 94 µs at
        // the 99th percentile on one thread; on two, 171 µs asleep between calls and 10.8 ms spinning between them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }
}
