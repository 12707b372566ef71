using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Execution;

/// <summary>
/// Runs prepared images through the network in batches, for one thread at a time. Buffers are bound once for each batch
/// size, so that a run on the CPU allocates nothing.
/// </summary>
internal sealed class BatchRunner(DeviceSession session) : IDisposable
{
    private const int ImageLength = DigitClassifier.ImageLength;

    // Half precision rounds the sum of the probabilities.
    private const double Tolerance = 1e-3;

    private readonly Dictionary<int, BoundBatch> _batches = [];
    private bool _givesProbabilities;

    /// <summary>Reads prepared images, [N, 28, 28] bytes. An image of zeros is blank.</summary>
    public void Run(ReadOnlySpan<byte> images, Span<DigitPrediction> predictions, float threshold)
    {
        while (!images.IsEmpty)
        {
            int size = session.Limit.Fit(images.Length / ImageLength);
            if (TryRun(size, images) is not { } scores) continue;
            for (int i = 0; i < size; i++)
            {
                predictions[i] = images.Slice(i * ImageLength, ImageLength).ContainsAnyExcept((byte)0)
                    ? DigitPrediction.FromScores(scores.AsSpan(i * 10, 10), threshold)
                    : DigitPrediction.Blank;
            }
            images = images[(size * ImageLength)..];
            predictions = predictions[size..];
        }
    }

    /// <summary>
    /// Returns the probabilities of the first images, [size, 10], or <see langword="null"/> if the device failed and
    /// the caller should try a smaller batch.
    /// </summary>
    private float[]? TryRun(int size, ReadOnlySpan<byte> images)
    {
        try
        {
            BoundBatch batch = GetBatch(size);
            UnitScaling.Apply(images[..(size * ImageLength)], batch.Input);
            using (session.Enter())
            {
                batch.Run();
            }
            RequireFinite(batch.Output);
            if (!_givesProbabilities) RequireProbabilities(batch.Output);
            _givesProbabilities = true;
            return batch.Output;
        }
        // The device ran this model when it was opened, so the model is not at fault. Providers report exhausted memory
        // in many ways. WebGPU reports an invalid shader, for example.
        catch (Exception e) when (!session.IsOnCpu && e is OnnxRuntimeException or OutOfMemoryException)
        {
            if (size == 1)
            {
                throw new DigitDeviceException(
                    $"The device '{session.Device}' failed ({RuntimeErrors.Summarize(e)}). Check its driver and "
                    + "memory, or use the CPU.", e);
            }
            FreeBatch(size);
            session.Limit.Halve(size, RuntimeErrors.Summarize(e));
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            throw new DigitModelException(
                $"The model failed ({e.Message.ReplaceLineEndings(" ")}): its graph does not match its declared inputs "
                + "and outputs. Export it again.", e);
        }
    }

    // Finite weights may still overflow in the layers.
    private void RequireFinite(ReadOnlySpan<float> probabilities)
    {
        foreach (float probability in probabilities)
        {
            if (float.IsFinite(probability)) continue;
            throw session.IsOnCpu
                ? new DigitModelException(
                    "The model returned a probability that is not finite: its weights are too large. Export it again.")
                : new DigitDeviceException(
                    $"The device '{session.Device}' returned a probability that is not finite. Check its driver, or "
                    + "use the CPU.");
        }
    }

    // A model that lacks its last layer returns logits. Only the first run is checked, so that later runs aren't
    // slower.
    private static void RequireProbabilities(ReadOnlySpan<float> outputs)
    {
        for (; !outputs.IsEmpty; outputs = outputs[10..])
        {
            double sum = 0;
            foreach (float probability in outputs[..10])
            {
                sum += probability is >= 0 and <= 1 ? probability : double.NaN;
            }
            if (!(Math.Abs(sum - 1) <= Tolerance))
            {
                throw new DigitModelException(
                    "The model's outputs are not probabilities, which are from 0 to 1 and sum to 1. Add a softmax as "
                    + "its last layer, and export it again.");
            }
        }
    }

    private BoundBatch GetBatch(int size)
    {
        if (_batches.TryGetValue(size, out BoundBatch? batch)) return batch;
        using Gate.Turn turn = session.Enter();
        return _batches[size] = session.Bind(size);
    }

    private void FreeBatch(int size)
    {
        using Gate.Turn turn = session.Enter();
        if (_batches.Remove(size, out BoundBatch? batch)) batch.Dispose();
    }

    public void Dispose()
    {
        using Gate.Turn turn = session.Enter();
        foreach (BoundBatch batch in _batches.Values) batch.Dispose();
    }
}
