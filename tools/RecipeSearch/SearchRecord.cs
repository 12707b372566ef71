namespace OnnxDigits.Tools.RecipeSearch;

/// <summary>How a recipe reads the writers that were held out, behind one of its epochs.</summary>
/// <param name="Name">What docs/best.md calls the recipe.</param>
/// <param name="Network">Which network.</param>
/// <param name="Seed">Of its weights and the order of images.</param>
/// <param name="Changes">What was set otherwise than in the recipe of the day.</param>
/// <param name="Epoch">From 1 on.</param>
/// <param name="TrainingLoss">In nats; null where it was not kept.</param>
/// <param name="TrainingAccuracy">0..1; null where it was not kept.</param>
/// <param name="Loss">On the writers held out, in nats; null where it is no mean of nats, as with smoothed labels.</param>
/// <param name="Accuracy">On the writers held out, 0..1.</param>
/// <param name="Noisy">The same digits under every one of <see cref="NoisyDigits"/>' kinds of noise, 0..1, behind the last epoch; null where it was not measured.</param>
internal sealed record SearchRecord(
    string Name, string Network, long Seed, string Changes, int Epoch, double? TrainingLoss, double? TrainingAccuracy, double? Loss,
    double Accuracy, double? Noisy = null);
