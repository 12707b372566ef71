using System.Diagnostics;
using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Bench;

/// <summary>
/// Reads a number of images from each line of standard input, trains on that many and prints the seconds.
/// </summary>
internal static class TrainingWorker
{
    public const string Command = "training-worker";
    public const string Ours = "ours";
    public const string Plain = "plain";

    /// <param name="contestant"><see cref="Ours"/> or <see cref="Plain"/>.</param>
    /// <param name="name">The network's name.</param>
    /// <param name="threads">The number of threads.</param>
    public static void Serve(string contestant, string name, int threads)
    {
        if (contestant == Ours) LibTorchEnvironment.Prepare();
        set_num_threads(threads);
        Recipe recipe = Recipe.For(name) with { Epochs = 1 };
        while (Console.ReadLine() is { } line)
        {
            DigitImages images = Noise(int.Parse(line, CultureInfo.InvariantCulture));
            using SequentialModel network = DigitNetworks.Create(name, seed: 1);
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            var wall = Stopwatch.StartNew();
            if (contestant == Ours) new Trainer(network, recipe).Train(images);
            else TrainPlainly(network, recipe, images);
            TimeSpan used = Environment.CpuUsage.TotalTime - processor;
            Console.WriteLine($"{wall.Elapsed.TotalSeconds:R} {used.TotalSeconds:R}");
        }
    }

    // The loop of a TorchSharp tutorial, with the notebook's order of layers and the default environment.
    private static void TrainPlainly(SequentialModel network, Recipe recipe, DigitImages images)
    {
        using var scope = NewDisposeScope();
        Tensor pixels = tensor(images.Pixels.ToArray()).to(float32).div_(255).reshape(-1, 1, 28, 28);
        Tensor labels = tensor(images.Labels.ToArray()).to(int64);
        nn.Module<Tensor, Tensor> model = nn.Sequential(network.Classifier.named_children().SkipLast(1)
            .Select(layer => (layer.name, (nn.Module<Tensor, Tensor>)layer.module)).ToArray());
        var optimizer = optim.RMSProp(model.parameters(), lr: 1e-3, alpha: 0.9, eps: 1e-7);
        Tensor order = randperm(images.Count);
        for (int start = 0; start < images.Count; start += recipe.BatchSize)
        {
            using var step = NewDisposeScope();
            Tensor batch = order.narrow(0, start, Math.Min(recipe.BatchSize, images.Count - start));
            Tensor targets = labels.index_select(0, batch);
            Tensor logits = model.forward(pixels.index_select(0, batch));
            Tensor loss = nn.functional.cross_entropy(logits, targets);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            loss.item<float>();
            logits.argmax(1).eq(targets).sum().item<long>();
        }
    }

    // The time of a step doesn't depend on the content of the images.
    private static DigitImages Noise(int count)
    {
        var random = new Random(1);
        byte[] pixels = new byte[count * DigitImages.PixelsPerImage], labels = new byte[count];
        random.NextBytes(pixels);
        for (int i = 0; i < count; i++) labels[i] = (byte)random.Next(DigitImages.Classes);
        return new DigitImages(pixels, labels);
    }
}
