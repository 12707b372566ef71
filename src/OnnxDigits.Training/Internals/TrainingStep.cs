using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Internals;

/// <summary>One step of training: forward, backward, update.</summary>
internal sealed class TrainingStep(DigitNetwork network, DigitTensors data, IOptimizer optimizer)
{
    private readonly TrainingForward _forward = new(network);

    /// <summary>Trains on one batch and tells its mean loss in nats and how many digits were right before it.</summary>
    /// <param name="batch">Places of the images, int64 [N].</param>
    public (double Loss, int Right) Run(Tensor batch)
    {
        using var scope = NewDisposeScope();
        Tensor targets = data.Targets.index_select(0, batch);
        Tensor logits = _forward.Run(data.Images.index_select(0, batch));
        Tensor loss = nn.functional.cross_entropy(logits, targets);
        optimizer.ZeroGrad();
        loss.backward();
        optimizer.Step();
        return (loss.ToDouble(), logits.dtype == ScalarType.Float32 ? CountRight<float>(logits, batch) : CountRight<double>(logits, batch));
    }

    // Read from memory: ten numbers an image are not worth four kernels.
    private int CountRight<T>(Tensor logits, Tensor batch) where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        ReadOnlySpan<long> places = MemoryMarshal.Cast<byte, long>(batch.bytes);
        ReadOnlySpan<T> scores = MemoryMarshal.Cast<byte, T>(logits.bytes);
        int classes = scores.Length / places.Length;
        int right = 0;
        for (int i = 0; i < places.Length; i++)
        {
            ReadOnlySpan<T> row = scores.Slice(i * classes, classes);
            int best = 0;
            for (int digit = 1; digit < classes; digit++)
            {
                if (row[digit] > row[best]) best = digit;
            }

            if (best == data.Source.Label((int)places[i])) right++;
        }

        return right;
    }
}
