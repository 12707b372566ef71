using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.TrainBench;

/// <summary>The steps that are timed: images that one is worth, and the step.</summary>
internal static class Paths
{
    public const string Ours = "ours";
    public const string Plain = "plain";
    public const string Multiplication = "sgemm";
    public const string Convolutions = "convolutions";
    private const int Images = 6_400;

    public static (double Images, Action Step) Create(string path, string network) => path switch
    {
        Ours => OurSteps(network),
        Plain => PlainSteps(network),
        Multiplication => Limits.Multiplication(network),
        Convolutions => Limits.Convolutions(),
        _ => throw new ArgumentException($"There is no path '{path}'.", nameof(path)),
    };

    private static (double Images, Action Step) OurSteps(string name)
    {
        Recipe recipe = Recipe.For(name);
        DigitNetwork network = DigitNetworks.Create(name, seed: 1);
        var step = new TrainingStep(network, new DigitTensors(Noise()), recipe);
        var batches = new Batches(recipe.BatchSize);
        return (recipe.BatchSize, () =>
        {
            using Tensor batch = batches.Next();
            step.Run(batch, number: 1);
        }
        );
    }

    // What one writes who knows TorchSharp's tutorial: the modules as they are, its optimizer, its tensors' values.
    private static (double Images, Action Step) PlainSteps(string name)
    {
        Recipe recipe = Recipe.For(name);
        DigitNetwork network = DigitNetworks.Create(name, seed: 1);
        var data = new DigitTensors(Noise());
        var optimizer = optim.RMSProp(network.Logits.parameters(), recipe.LearningRate, recipe.Rho, recipe.Epsilon);
        var batches = new Batches(recipe.BatchSize);
        return (recipe.BatchSize, () =>
        {
            using var scope = NewDisposeScope();
            Tensor batch = batches.Next();
            Tensor targets = data.Targets.index_select(0, batch);
            Tensor logits = network.Logits.forward(data.Images.index_select(0, batch));
            Tensor loss = nn.functional.cross_entropy(logits, targets);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            loss.item<float>();
            logits.argmax(1).eq(targets.argmax(1)).sum().item<long>();
        }
        );
    }

    // The time of a step does not depend on what the images show.
    private static DigitImages Noise()
    {
        var random = new Random(1);
        byte[] pixels = new byte[Images * DigitImages.PixelsPerImage], labels = new byte[Images];
        random.NextBytes(pixels);
        for (int i = 0; i < Images; i++) labels[i] = (byte)random.Next(DigitImages.Classes);
        return new DigitImages(pixels, labels);
    }

    private sealed class Batches(int size)
    {
        private readonly Tensor _order = randperm(Images);
        private int _next;

        public Tensor Next()
        {
            int start = _next;
            _next = (start + size) % Images;
            return _order.narrow(0, start, size);
        }
    }
}
