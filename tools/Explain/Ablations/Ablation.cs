using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;

namespace OnnxDigits.Tools.Explain.Ablations;

/// <summary>A network that differs from the notebook's in one thing, to see what that thing is worth.</summary>
/// <param name="Name">Of the table's row and of files.</param>
/// <param name="Recipe">Whose recipe it is trained by: dense or conv.</param>
/// <param name="Build">Stacks its layers, with weights from torch's generator.</param>
/// <param name="ShufflesPixels">Whether every image has its pixels in another order, the same for all.</param>
internal sealed record Ablation(string Name, string Recipe, Func<long, DigitNetwork> Build, bool ShufflesPixels = false)
{
    public static IReadOnlyList<Ablation> All { get; } =
    [
        new("dense", "dense", seed => DigitNetworks.Create("dense", seed)),
        new("dense, pixels shuffled", "dense", seed => DigitNetworks.Create("dense", seed), ShufflesPixels: true),
        new("conv", "conv", seed => DigitNetworks.Create("conv", seed)),
        new("conv, pixels shuffled", "conv", seed => DigitNetworks.Create("conv", seed), ShufflesPixels: true),
        new("conv, one layer", "conv", _ => Convolutions("one", 32)),
        new("conv, two layers", "conv", _ => Convolutions("two", 32, 64)),
        new("conv, strides for pooling", "conv", _ => Head(new NetworkBuilder(1, 28, 28)
            .Conv2D(32, kernel: 3, stride: 2, relu: true)
            .Conv2D(64, kernel: 3, stride: 2, relu: true)
            .Conv2D(64, kernel: 3, relu: true), "strides")),
        new("conv, average for maximum", "conv", _ => Head(new NetworkBuilder(1, 28, 28)
            .Conv2D(32, kernel: 3, relu: true).AveragePooling2D(2)
            .Conv2D(64, kernel: 3, relu: true).AveragePooling2D(2)
            .Conv2D(64, kernel: 3, relu: true), "average")),
        new("conv, same for valid", "conv", _ => Head(new NetworkBuilder(1, 28, 28)
            .Conv2D(32, kernel: 3, padding: Padding2D.Same, relu: true).MaxPooling2D(2)
            .Conv2D(64, kernel: 3, padding: Padding2D.Same, relu: true).MaxPooling2D(2)
            .Conv2D(64, kernel: 3, padding: Padding2D.Same, relu: true), "same")),
    ];

    /// <summary>The name as a file has it.</summary>
    public string FileName { get; } = Name.Replace(",", "").Replace(' ', '-');

    /// <summary>The network with fresh weights.</summary>
    public DigitNetwork Create(long seed)
    {
        torch.random.manual_seed(seed);
        return Build(seed);
    }

    // As conv begins, pooled after each layer, and ended as conv is.
    private static DigitNetwork Convolutions(string name, params ReadOnlySpan<int> filters)
    {
        var builder = new NetworkBuilder(1, 28, 28);
        foreach (int count in filters) builder.Conv2D(count, kernel: 3, relu: true).MaxPooling2D(2);
        return Head(builder, name);
    }

    private static DigitNetwork Head(NetworkBuilder builder, string name) =>
        builder.Flatten().Dense(64, relu: true).Dense(10).Build(name);
}
