using TorchSharp;
using static OnnxDigits.Training.Networks.Activation;

namespace OnnxDigits.Training.Networks;

/// <summary>Creates the built-in networks: the notebook's two and a stronger one.</summary>
public static class DigitNetworks
{
    /// <summary>Gets the names that <see cref="Create"/> accepts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dense", "conv", "best"];

    /// <summary>Gets the names of the notebook's networks, in the order of the notebook.</summary>
    public static IReadOnlyList<string> Notebook { get; } = ["dense", "conv"];

    /// <summary>Creates a network with fresh weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">The seed of torch's global generator, which draws the weights.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static SequentialModel Create(string name, long seed)
    {
        torch.random.manual_seed(seed);
        var model = new SequentialModel(1, 28, 28) { Name = name };
        return name switch
        {
            "dense" => Dense(model),
            "conv" => Conv(model),
            "best" => Best(model),
            _ => throw new ArgumentException(
                $"There is no network '{name}': use {string.Join(" or ", Names)}.", nameof(name)),
        };
    }

    // 401,920 + 5,130 = 407,050 parameters.
    private static SequentialModel Dense(SequentialModel model) => model
        .Flatten()
        .Dense(512, Relu)
        .Dense(10, Softmax);

    // 320 + 18,496 + 36,928 + 36,928 + 650 = 93,322 parameters.
    private static SequentialModel Conv(SequentialModel model) => model
        .Conv2D(32, kernel: 3, activation: Relu)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, activation: Relu)
        .MaxPooling2D(2)
        .Conv2D(64, kernel: 3, activation: Relu)
        .Flatten()
        .Dense(64, Relu)
        .Dense(10, Softmax);

    // 120,250 parameters. Early pooling keeps it fast. Avoid layers from 24 to 32 channels: libtorch 2.10 computes them
    // wrongly on some AVX2 processors.
    private static SequentialModel Best(SequentialModel model)
    {
        Block(16, pools: true);
        Block(32, padding: Padding2D.Valid);
        Block(32, pools: true, padding: Padding2D.Valid);
        Block(48);
        Block(64);
        Block(96, padding: Padding2D.Valid);
        return model.Flatten().Dense(10, Softmax);

        void Block(int filters, bool pools = false, Padding2D padding = Padding2D.Same)
        {
            model.Conv2D(filters, kernel: 3, padding: padding).BatchNormalization();
            if (pools) model.MaxPooling2D(2);
            model.Relu();
        }
    }
}
