using TorchSharp;

namespace OnnxDigits.Training.Networks;

/// <summary>The two networks of the notebook, and two that read better.</summary>
public static class DigitNetworks
{
    /// <summary>Names accepted by <see cref="Create"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dense", "conv", "best", "small"];

    /// <summary>The notebook's, in the order in which they are trained; they take minutes.</summary>
    public static IReadOnlyList<string> Notebook { get; } = ["dense", "conv"];

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
            "best" => Best(),
            "small" => Small("small"),
            _ => throw new ArgumentException($"There is no network '{name}': use {string.Join(" or ", Names)}.", nameof(name)),
        };
    }

    // 784 → 512 relu → 10: 401,920 + 5,130 = 407,050 parameters.
    internal static DigitNetwork Dense() => new NetworkBuilder(1, 28, 28)
        .Flatten()
        .Dense(512, relu: true)
        .Dense(10)
        .Build("dense");

    // 320 + 18,496 + 36,928 + 36,928 + 650 = 93,322 parameters.
    internal static DigitNetwork Conv() => new NetworkBuilder(1, 28, 28)
        .Conv2D(32, kernel: 3, relu: true)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, relu: true)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, relu: true)
        .Flatten()
        .Dense(64, relu: true)
        .Dense(10)
        .Build("conv");

    // Two that each learn by themselves: 213,908 parameters.
    private static DigitNetwork Best() => Ensemble.Of("best", [Deep("first"), Small("second")]);

    // Looks twice before it pools, and has few filters there because each costs much: 115,066 parameters.
    internal static DigitNetwork Deep(string name)
    {
        var builder = new NetworkBuilder(1, 28, 28);
        Block(builder, 16);
        Block(builder, 16, pools: true, padding: Padding2D.Valid);
        Block(builder, 32);
        Block(builder, 32, pools: true, padding: Padding2D.Valid);
        Block(builder, 64);
        Block(builder, 64);
        Block(builder, 64, padding: Padding2D.Valid);
        return builder.Flatten().Dense(10).Build(name);
    }

    // Pooled early and cut at the empty border, so that an image costs little: 98,842 parameters. Not 24 filters: libtorch
    // 2.10 convolves contiguous batches of 24 channels to 32 wrongly on some processors.
    internal static DigitNetwork Small(string name)
    {
        var builder = new NetworkBuilder(1, 28, 28);
        Block(builder, 16, pools: true);
        Block(builder, 32, padding: Padding2D.Valid);
        Block(builder, 32, pools: true, padding: Padding2D.Valid);
        Block(builder, 48);
        Block(builder, 64);
        Block(builder, 64, padding: Padding2D.Valid);
        return builder.Flatten().Dense(10).Build(name);
    }

    private static void Block(NetworkBuilder builder, int filters, bool pools = false, Padding2D padding = Padding2D.Same)
    {
        builder.Conv2D(filters, kernel: 3, padding: padding).BatchNormalization();
        if (pools) builder.MaxPooling2D(2);
        builder.Relu();
    }
}
