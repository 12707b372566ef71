using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A model to open, and the application's settings.</summary>
/// <param name="Model">The content of the file.</param>
/// <param name="ModelName">The model's name in error messages.</param>
/// <param name="Settings">The validated settings.</param>
internal sealed record SessionRequest(byte[] Model, string ModelName, DigitClassifierOptions Settings)
{
    public SessionOptions NewOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Settings.IntraOpThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Without this entry, ONNX Runtime may load the bytes as its own ORT format, which the checks do not cover.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        // Threads that spin between calls cost other processes: with two threads on two busy cores, the 99th percentile
        // of one image through conv is 10.8 ms with spinning and 171 µs without (tools/Bench).
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }
}
