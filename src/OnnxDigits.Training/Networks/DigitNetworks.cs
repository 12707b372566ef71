using OnnxDigits.Training.Recipes;
using static OnnxDigits.Training.Networks.Activation;

namespace OnnxDigits.Training.Networks;

/// <summary>Lists the built-in networks dense, conv and best, and the program's own network.</summary>
public static class DigitNetworks
{
    private static readonly DigitNetwork[] BuiltIn =
    [
        // 401,920 + 5,130 = 407,050 parameters.
        new(
            "dense",
            model => model.Flatten().Dense(512, Relu).Dense(10, Softmax),
            new() { Epochs = 5, BatchSize = 128 }),

        // 320 + 18,496 + 36,928 + 36,928 + 650 = 93,322 parameters.
        new(
            "conv",
            model => model
                .Conv2D(32, kernel: 3, activation: Relu)
                .MaxPooling2D(2)
                .Conv2D(64, kernel: 3, activation: Relu)
                .MaxPooling2D(2)
                .Conv2D(64, kernel: 3, activation: Relu)
                .Flatten()
                .Dense(64, Relu)
                .Dense(10, Softmax),
            new() { Epochs = 5, BatchSize = 64 }),

        new("best", AddBest, new()
        {
            Epochs = 75,
            BatchSize = 128,
            Optimizer = OptimizerSettings.AdamW(3e-3, weightDecay: 0.05) with
            {
                Schedule = LearningRateSchedule.WarmUpAndCosine,
            },
            AveragingDecay = 0.998,
            Drawn = new DrawnImages { Digits = 8_000, RareDigits = 16_000, NonDigits = 8_000 },
            Augmentation = new Augmentation
            {
                Rotation = 12,
                Scale = 0.12,
                Shear = 0.15,
                Shift = 2,
                Elastic = 0.5,
                Thickness = 1,
                Noise = 0.15,
            },
        }),
    ];

    /// <summary>Gets the names of the networks.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(network => network.Name)];

    /// <summary>Gets the names of the notebook's networks, in the order of the notebook.</summary>
    public static IReadOnlyList<string> Notebook { get; } = ["dense", "conv"];

    /// <summary>Gets or sets the program's own network, or <see langword="null"/> if it has none.</summary>
    internal static DigitNetwork? Own { get; set; }

    private static IEnumerable<DigitNetwork> All => Own is null ? BuiltIn : [.. BuiltIn, Own];

    /// <summary>Returns a network by its name.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static DigitNetwork Find(string name) => All.FirstOrDefault(network => network.Name == name)
        ?? throw new ArgumentException(
            $"There is no network '{name}': use {string.Join(" or ", Names)}.", nameof(name));

    /// <summary>Creates a network with fresh weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">The seed of torch's global generator, which draws the weights.</param>
    /// <param name="dropout">The rate of all dropout layers, or <see langword="null"/> for their own rates.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static SequentialModel Create(string name, long seed, double? dropout = null) =>
        Find(name).Create(seed, dropout);

    // 120,250 parameters. Early pooling keeps it fast. Avoid layers from 24 to 32 channels: libtorch 2.10 computes them
    // wrongly on some AVX2 processors.
    private static void AddBest(SequentialModel model)
    {
        Block(16, pools: true);
        Block(32, padding: Padding2D.Valid);
        Block(32, pools: true, padding: Padding2D.Valid);
        Block(48);
        Block(64);
        Block(96, padding: Padding2D.Valid);
        model.Flatten().Dense(10, Softmax);

        void Block(int filters, bool pools = false, Padding2D padding = Padding2D.Same)
        {
            model.Conv2D(filters, kernel: 3, padding: padding).BatchNormalization();
            if (pools) model.MaxPooling2D(2);
            model.Relu();
        }
    }
}
