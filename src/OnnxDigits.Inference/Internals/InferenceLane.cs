using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Internals.Devices;
using OnnxDigits.Inference.Internals.Devices.Batches;

namespace OnnxDigits.Inference.Internals;

/// <summary>
/// Memory bound to a session once for each size of batch, so that a run on the CPU allocates nothing. Used by one
/// thread at a time.
/// </summary>
internal sealed class InferenceLane(DeviceSession session) : IDisposable
{
    private const int ImageLength = DigitClassifier.ImageLength;

    private readonly Dictionary<int, IBoundBatch> _batches = [];

    /// <summary>[N, 28, 28] bytes to [N, 10] probabilities.</summary>
    public void Run(ReadOnlySpan<byte> images, Span<float> probabilities)
    {
        while (!images.IsEmpty)
        {
            int size = session.Limit.Fit(images.Length / ImageLength);
            Run(size, images, probabilities);
            images = images[(size * ImageLength)..];
            probabilities = probabilities[(size * 10)..];
        }
    }

    private void Run(int size, ReadOnlySpan<byte> images, Span<float> probabilities)
    {
        try
        {
            var batch = Bound(size);
            UnitScaling.Apply(images[..(size * ImageLength)], batch.Input);
            using (session.Enter())
                batch.Run();
            batch.Output.CopyTo(probabilities);
        }
        // The device has run this model before, so the fault is its own: lost, or out of memory.
        catch (OnnxRuntimeException e) when (session.Device.Kind != DeviceKind.Cpu)
        {
            throw new DigitDeviceException(
                $"The device '{session.Device}' failed while it ran ({RuntimeReason.Of(e)}): see to its driver and memory, or "
                + "take the device cpu.", e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"The model failed while it ran ({e.Message.ReplaceLineEndings(" ")}): its graph does not do what its "
                + "inputs and outputs declare; export it again.", e);
        }
    }

    private IBoundBatch Bound(int size)
    {
        if (_batches.TryGetValue(size, out var batch))
            return batch;
        using var turn = session.Enter();
        return _batches[size] = session.Bind(size);
    }

    public void Dispose()
    {
        using var turn = session.Enter();
        foreach (var batch in _batches.Values)
            batch.Dispose();
    }
}
