using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>Represents the loss and the predictions of a network on a set of images.</summary>
/// <param name="Loss">The mean categorical cross-entropy, in nats.</param>
/// <param name="Matrix">The number of images for each label and predicted digit.</param>
public sealed record Evaluation(double Loss, ConfusionMatrix Matrix)
{
    /// <summary>Gets the fraction of images with the correct digit, 0 to 1.</summary>
    public double Accuracy => Matrix.Accuracy;

    /// <summary>Evaluates a network on images.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static Evaluation Of(SequentialModel network, DigitImages images)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var data = new DigitTensors(images, network.Device);
        return Of(network, data);
    }

    /// <summary>Evaluates a network in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The images, on the network's device.</param>
    public static Evaluation Of(SequentialModel network, DigitTensors data) => Of(network, data, mistakes: null);

    /// <summary>Evaluates a network and collects its mistakes.</summary>
    internal static Evaluation Of(SequentialModel network, DigitTensors data, ICollection<Mistake>? mistakes)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        using var scope = NewDisposeScope();
        Tensor logits = network.LogitsOf(data.Images);
        using var noGradients = no_grad();
        var matrix = new ConfusionMatrix();
        long[] digits = logits.argmax(1).cpu().data<long>().ToArray();
        float[] probabilities = mistakes is null ? [] : logits.softmax(1).amax([1]).cpu().data<float>().ToArray();
        for (int i = 0; i < digits.Length; i++)
        {
            int label = data.Source.Label(i), digit = (int)digits[i];
            matrix.Add(label, digit);
            if (label != digit) mistakes?.Add(new Mistake(i, label, digit, probabilities[i]));
        }

        return new Evaluation(nn.functional.cross_entropy(logits, data.Targets).cpu().item<float>(), matrix);
    }
}
