using OnnxDigits.Data;
using OnnxDigits.Training.Recipes;
using TorchSharp;

namespace OnnxDigits.Training.Networks;

/// <summary>Represents a network that reads digits: its layers and the recipe to train it.</summary>
/// <param name="Name">The name, which consists of lower-case letters, digits, hyphens and underscores.</param>
/// <param name="AddLayers">
/// Adds the layers to a network with inputs of 1 × 28 × 28. The last layer gives ten probabilities.
/// </param>
/// <param name="Recipe">The recipe.</param>
public sealed record DigitNetwork(string Name, Action<SequentialModel> AddLayers, Recipe Recipe)
{
    /// <summary>Creates the network with fresh weights.</summary>
    /// <param name="seed">The seed of torch's global generator, which draws the weights.</param>
    /// <param name="dropout">The rate of all dropout layers, or <see langword="null"/> for their own rates.</param>
    /// <exception cref="InvalidOperationException">The layers don't end in ten probabilities.</exception>
    public SequentialModel Create(long seed, double? dropout = null)
    {
        torch.random.manual_seed(seed);
        var model = new SequentialModel(1, DigitImages.Rows, DigitImages.Columns)
        {
            Name = Name,
            DropoutRate = dropout,
        };
        AddLayers(model);
        if (model.EndsInSoftmax && model.OutputShape is [DigitImages.Classes]) return model;

        throw new InvalidOperationException(
            $"The network '{Name}' ends with {LayerSummary.ShapeText(model.OutputShape)} outputs. End it with "
            + $"Dense({DigitImages.Classes}, Activation.Softmax).");
    }
}
