using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Memory bound to a session once for each size of batch, so that a run on the CPU allocates nothing. Used by one
/// thread at a time.
/// </summary>
internal sealed class InferenceLane(DeviceSession session) : IDisposable
{
    private const int ImageLength = DigitClassifier.ImageLength;

    private readonly Dictionary<int, IBoundBatch> _batches = [];

    /// <summary>Reads prepared images, [N, 28, 28] bytes. An image of zeros is blank.</summary>
    public void Run(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions, float threshold)
    {
        while (!images.IsEmpty)
        {
            int size = session.Limit.Fit(images.Length / ImageLength);
            if (TryRun(size, images) is not { } scores)
                continue;
            for (int i = 0; i < size; i++)
                predictions[i] = images.Slice(i * ImageLength, ImageLength).ContainsAnyExcept((byte)0)
                    ? DigitPrediction.FromScores(scores.AsSpan(i * 10, 10), threshold)
                    : DigitPrediction.Blank;
            images = images[(size * ImageLength)..];
            predictions = predictions[size..];
        }
    }

    /// <summary>
    /// Returns the probabilities of the first images, [size, 10], or <see langword="null"/> if the device failed and
    /// smaller batches are to be tried.
    /// </summary>
    private float[]? TryRun(int size, ReadOnlySpan<byte> images)
    {
        try
        {
            var batch = Bound(size);
            UnitScaling.Apply(images[..(size * ImageLength)], batch.Input);
            using (session.Enter())
                batch.Run();
            RequireNumbers(batch.Output);
            return batch.Output;
        }
        // The device has run this model before, so the fault is its own: lost, or out of memory. A provider need not say
        // which; WebGPU's says what came of it, such as an invalid shader.
        catch (Exception e) when (session.Device.Kind != DeviceKind.Cpu && e is OnnxRuntimeException or OutOfMemoryException)
        {
            if (size > 1)
            {
                Unbind(size);
                session.Limit.Halve(size, RuntimeReason.Of(e));
                return null;
            }
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

    // Finite weights may still overflow on their way through the layers. A device was held against the CPU when it was
    // opened, so there the fault is not the model's.
    private void RequireNumbers(ReadOnlySpan<float> probabilities)
    {
        foreach (float probability in probabilities)
        {
            if (float.IsFinite(probability))
                continue;
            throw session.Device.Kind == DeviceKind.Cpu
                ? new DigitModelException(
                    "The model gave a probability that is no number: its weights are too large to be those of a trained network; export it again.")
                : new DigitDeviceException(
                    $"The device '{session.Device}' gave a probability that is no number: see to its driver, or take the device cpu.");
        }
    }

    private IBoundBatch Bound(int size)
    {
        if (_batches.TryGetValue(size, out var batch))
            return batch;
        using var turn = session.Enter();
        return _batches[size] = session.Bind(size);
    }

    // What it holds is memory that smaller batches need.
    private void Unbind(int size)
    {
        using var turn = session.Enter();
        if (_batches.Remove(size, out var batch))
            batch.Dispose();
    }

    public void Dispose()
    {
        using var turn = session.Enter();
        foreach (var batch in _batches.Values)
            batch.Dispose();
    }
}
