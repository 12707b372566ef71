using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Represents the loss and the predictions of a network on a set of images.</summary>
/// <param name="Loss">The mean categorical cross-entropy, in nats.</param>
/// <param name="Matrix">The number of images for each label and predicted digit.</param>
public sealed record Evaluation(double Loss, ConfusionMatrix Matrix)
{
    private const int BatchSize = 1000;

    /// <summary>Gets the fraction of images with the correct digit, 0 to 1.</summary>
    public double Accuracy => Matrix.Accuracy;

    /// <summary>Evaluates a network in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The images, on the network's device.</param>
    public static Evaluation Of(SequentialModel network, DigitTensors data) => Of(network, data, mistakes: null);

    /// <summary>Evaluates a network and collects its mistakes.</summary>
    internal static Evaluation Of(SequentialModel network, DigitTensors data, ICollection<Mistake>? mistakes)
    {
        network.Logits.eval();
        using var noGradients = no_grad();
        var matrix = new ConfusionMatrix();
        double lossSum = 0;
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            using var scope = NewDisposeScope();
            int end = Math.Min(start + BatchSize, data.Count);
            Tensor logits = network.Logits.forward(data.Images[start..end]);
            Tensor loss = nn.functional.cross_entropy(logits, data.Targets[start..end], reduction: nn.Reduction.Sum);
            lossSum += loss.cpu().item<float>();
            long[] digits = logits.argmax(1).cpu().data<long>().ToArray();
            float[] probabilities = mistakes is null ? [] : logits.softmax(1).amax([1]).cpu().data<float>().ToArray();
            for (int i = 0; i < digits.Length; i++)
            {
                int label = data.Source.Label(start + i);
                int digit = (int)digits[i];
                matrix.Add(label, digit);
                if (label != digit) mistakes?.Add(new Mistake(start + i, label, digit, probabilities[i]));
            }
        }

        return new Evaluation(lossSum / data.Count, matrix);
    }
}
