using Microsoft.ML.OnnxRuntime;

namespace OnnxDigits.Inference.Internals;

/// <summary>
/// Buffers bound to a session once for each of a few batch sizes, so that a run allocates nothing. Used by one thread
/// at a time.
/// </summary>
internal sealed class InferenceLane : IDisposable
{
    /// <summary>Batches are made of these sizes; the largest that still fits is taken first.</summary>
    public static ReadOnlySpan<int> BatchSizes => [64, 8, 1];

    private const int ImageLength = 28 * 28;

    private readonly InferenceSession _session;
    // A failure is an exception here; the runtime need not write it to the error stream as well.
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private readonly float[] _input = new float[BatchSizes[0] * ImageLength];
    private readonly float[] _output = new float[BatchSizes[0] * 10];
    private readonly OrtIoBinding[] _bindings = new OrtIoBinding[BatchSizes.Length];
    private readonly List<OrtValue> _values = [];

    public InferenceLane(InferenceSession session)
    {
        _session = session;
        for (int i = 0; i < _bindings.Length; i++)
        {
            int size = BatchSizes[i];
            _bindings[i] = session.CreateIoBinding();
            _bindings[i].BindInput(ModelContract.InputName, Wrap(_input, size * ImageLength, [size, 1, 28, 28]));
            _bindings[i].BindOutput(ModelContract.OutputName, Wrap(_output, size * 10, [size, 10]));
        }
    }

    /// <summary>[N, 28, 28] bytes to [N, 10] probabilities.</summary>
    public void Run(ReadOnlySpan<byte> images, Span<float> probabilities)
    {
        while (!images.IsEmpty)
        {
            int count = images.Length / ImageLength;
            int i = 0;
            while (BatchSizes[i] > count)
                i++;
            int size = BatchSizes[i];
            UnitScaling.Apply(images[..(size * ImageLength)], _input);
            RunBound(_bindings[i]);
            _output.AsSpan(0, size * 10).CopyTo(probabilities);
            images = images[(size * ImageLength)..];
            probabilities = probabilities[(size * 10)..];
        }
    }

    private void RunBound(OrtIoBinding binding)
    {
        try
        {
            _session.RunWithBinding(_runOptions, binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"The model failed while it ran ({e.Message.ReplaceLineEndings(" ")}): its graph does not do what its "
                + "inputs and outputs declare; export it again.", e);
        }
    }

    public void Dispose()
    {
        foreach (var binding in _bindings)
            binding.Dispose();
        foreach (var value in _values)
            value.Dispose();
        _runOptions.Dispose();
    }

    private OrtValue Wrap(float[] buffer, int length, long[] shape)
    {
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape);
        _values.Add(value);
        return value;
    }
}
