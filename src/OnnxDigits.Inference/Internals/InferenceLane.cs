using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Internals.Devices;

namespace OnnxDigits.Inference.Internals;

/// <summary>
/// Buffers bound to a session once for each of a few batch sizes, so that a run allocates nothing. Used by one thread
/// at a time.
/// </summary>
internal sealed class InferenceLane : IDisposable
{
    private const int ImageLength = 28 * 28;

    private readonly DeviceSession _session;
    private readonly int[] _batchSizes;
    private readonly bool _copiesInput;
    // A failure is an exception here; the runtime need not write it to the error stream as well.
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly OrtIoBinding[] _bindings;
    private readonly OrtValue[] _inputs;
    private readonly List<OrtValue> _values = [];

    public InferenceLane(DeviceSession session)
    {
        _session = session;
        _batchSizes = session.BatchSizes;
        _copiesInput = session.Device.Kind != DeviceKind.Cpu;
        _input = new float[_batchSizes[0] * ImageLength];
        _output = new float[_batchSizes[0] * 10];
        _bindings = new OrtIoBinding[_batchSizes.Length];
        _inputs = new OrtValue[_batchSizes.Length];
        for (int i = 0; i < _bindings.Length; i++)
        {
            int size = _batchSizes[i];
            _bindings[i] = session.Session.CreateIoBinding();
            _inputs[i] = Wrap(_input, size * ImageLength, [size, 1, 28, 28]);
            // The CPU reads the buffer where it is; for a device it is copied when it is bound, so before every run.
            if (!_copiesInput)
                _bindings[i].BindInput(ModelContract.InputName, _inputs[i]);
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
            while (_batchSizes[i] > count)
                i++;
            int size = _batchSizes[i];
            UnitScaling.Apply(images[..(size * ImageLength)], _input);
            RunBound(i);
            _output.AsSpan(0, size * 10).CopyTo(probabilities);
            images = images[(size * ImageLength)..];
            probabilities = probabilities[(size * 10)..];
        }
    }

    private void RunBound(int i)
    {
        try
        {
            using var turn = _session.Enter();
            if (_copiesInput)
                _bindings[i].BindInput(ModelContract.InputName, _inputs[i]);
            _session.Session.RunWithBinding(_runOptions, _bindings[i]);
        }
        // The device has run this model before, so the fault is its own: lost, or out of memory.
        catch (OnnxRuntimeException e) when (_copiesInput)
        {
            throw new DigitDeviceException(
                $"The device '{_session.Device}' failed while it ran ({RuntimeReason.Of(e)}): see to its driver and memory, or "
                + "take the device cpu.", e);
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
        using var turn = _session.Enter();
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
