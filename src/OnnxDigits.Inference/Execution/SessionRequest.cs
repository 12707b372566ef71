using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>A model to open, and the application's settings.</summary>
/// <param name="Model">The bytes of the file.</param>
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
        // Without this the runtime may take the same bytes for its own format, which nobody has checked.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        // Measured by tools/Bench (settings) on two processors that others use too, conv, one image: 94 µs at
        // the 99th percentile on one thread; on two, 171 µs asleep between calls and 10.8 ms spinning between them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }
}
