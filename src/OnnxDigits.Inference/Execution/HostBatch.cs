using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Execution;

/// <summary>Managed buffers, and a binding of a session for them.</summary>
internal abstract class HostBatch : IBoundBatch
{
    // A failure is an exception here; the runtime need not write it to the error stream as well.
    private static readonly RunOptions Quiet = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private readonly InferenceSession _session;

    protected HostBatch(InferenceSession session, int images)
    {
        _session = session;
        Input = new float[images * DigitClassifier.ImageLength];
        Output = new float[images * 10];
        Images = OrtValue.CreateTensorValueFromMemory(Input, [images, 1, 28, 28]);
        Probabilities = OrtValue.CreateTensorValueFromMemory(Output, [images, 10]);
        Binding = session.CreateIoBinding();
    }

    public float[] Input { get; }

    public float[] Output { get; }

    protected OrtValue Images { get; }

    protected OrtValue Probabilities { get; }

    protected OrtIoBinding Binding { get; }

    public virtual void Run() => _session.RunWithBinding(Quiet, Binding);

    public virtual void Dispose()
    {
        Binding.Dispose();
        Images.Dispose();
        Probabilities.Dispose();
    }
}
