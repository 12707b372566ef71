using TorchSharp;

namespace OnnxDigits.Training;

/// <summary>The two networks of the notebook.</summary>
public static class DigitNetworks
{
    /// <summary>Names accepted by <see cref="Create"/>, in the order in which they are trained.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dense", "conv"];

    /// <summary>Builds a network with fresh weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Seeds torch's global generator, from which the weights are drawn.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static DigitNetwork Create(string name, long seed)
    {
        torch.random.manual_seed(seed);
        return name switch
        {
            "dense" => Dense(),
            "conv" => Conv(),
            _ => throw new ArgumentException($"There is no network '{name}': use {string.Join(" or ", Names)}.", nameof(name)),
        };
    }

    // 784 → 512 relu → 10: 401,920 + 5,130 = 407,050 parameters.
    private static DigitNetwork Dense() => new NetworkBuilder(1, 28, 28)
        .Flatten()
        .Dense(512, relu: true)
        .Dense(10)
        .Build("dense");

    // 320 + 18,496 + 36,928 + 36,928 + 650 = 93,322 parameters.
    private static DigitNetwork Conv() => new NetworkBuilder(1, 28, 28)
        .Conv2D(32, kernel: 3, relu: true)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, relu: true)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, relu: true)
        .Flatten()
        .Dense(64, relu: true)
        .Dense(10)
        .Build("conv");
}
