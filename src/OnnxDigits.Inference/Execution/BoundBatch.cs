using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>Input and output buffers for one batch size, bound to a session. Used by one thread at a time.</summary>
internal class BoundBatch : IDisposable
{
    // The exception reports a failure, so the runtime doesn't log it to the error stream.
    private static readonly RunOptions Quiet = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private readonly InferenceSession _session;
    private readonly bool _isOnCpu;
    private readonly OrtValue _images;
    private readonly OrtValue _probabilities;
    private readonly OrtIoBinding _binding;

    public BoundBatch(InferenceSession session, int images, bool isOnCpu)
    {
        (_session, _isOnCpu) = (session, isOnCpu);
        Input = new float[images * DigitClassifier.ImageLength];
        Output = new float[images * 10];
        _images = OrtValue.CreateTensorValueFromMemory(Input, [images, 1, 28, 28]);
        _probabilities = OrtValue.CreateTensorValueFromMemory(Output, [images, 10]);
        _binding = session.CreateIoBinding();
        if (isOnCpu) _binding.BindInput(ModelCheck.InputName, _images);
        _binding.BindOutput(ModelCheck.OutputName, _probabilities);
    }

    /// <summary>Gets the images to fill before a run, [images, 1, 28, 28] with values from 0 to 1.</summary>
    public float[] Input { get; }

    /// <summary>Gets the probabilities of the last run, [images, 10].</summary>
    public float[] Output { get; }

    public virtual void Run()
    {
        // The CPU reads the buffer in place and allocates nothing. Other devices copy it when it is bound.
        if (!_isOnCpu) _binding.BindInput(ModelCheck.InputName, _images);
        _session.RunWithBinding(Quiet, _binding);
    }

    public virtual void Dispose()
    {
        _binding.Dispose();
        _images.Dispose();
        _probabilities.Dispose();
    }
}
