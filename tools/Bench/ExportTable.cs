using OnnxDigits.Tools.Shared;
using TorchOnnx;
using TorchOnnx.OnnxRuntime;
using static TorchSharp.torch;

namespace OnnxDigits.Tools.Bench;

/// <summary>Prints the time of an export relative to a forward pass of the module.</summary>
internal static class ExportTable
{
    public static void Print(int rounds)
    {
        var rows = new List<string[]>();
        foreach ((string name, var build, long[] shape) in Models)
        {
            using var module = build();
            using Tensor example = randn(shape);
            module.eval();
            var runner = new OnnxRuntimeRunner();
            double first = PairedTurns.Seconds(() => OnnxExporter.Export(module, example));
            Timing[] timings = PairedTurns.Run(
                [
                    new("forward pass", () => PairedTurns.Seconds(() => Forward(module, example))),
                    new("export", () => PairedTurns.Seconds(() => OnnxExporter.Export(module, example))),
                    new("export with verification", () => PairedTurns.Seconds(
                        () => OnnxExporter.Export(module, example, new() { Verifier = runner }))),
                ],
                rounds);
            double megabytes = module.parameters().Sum(parameter => parameter.numel()) * sizeof(float) / 1e6;
            rows.Add(
            [
                name, $"{megabytes:N0} MB", $"{timings[0].Seconds * 1e3:N0} ms", $"{first / timings[0].Seconds:0.0}",
                $"{timings[1].Ratio:0.0}", $"{timings[2].Ratio:0.0}",
            ]);
        }

        Console.WriteLine(MarkdownTable.Format(
            ["in forward passes", "weights", "a forward pass", "first export", "export", "export with verification"],
            rows));
    }

    private static IEnumerable<(string Name, Func<nn.Module<Tensor, Tensor>> Build, long[] Shape)> Models =>
    [
        // The convolutions of VGG-11, https://arxiv.org/abs/1409.1556.
        (
            "VGG-11 with one linear layer",
            () => Vgg([64, -1, 128, -1, 256, 256, -1, 512, 512, -1, 512, 512, -1]),
            [1, 3, 224, 224]),
        (
            "ten linear layers",
            () => nn.Sequential(Enumerable.Range(0, 10).Select(_ => nn.Linear(3162, 3162)).ToArray()),
            [1, 3162]),
    ];

    // A positive number is the number of channels of a convolution. A negative number is a pooling layer.
    private static nn.Module<Tensor, Tensor> Vgg(int[] plan)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        int channels = 3;
        foreach (int filters in plan)
        {
            if (filters < 0)
            {
                layers.Add(nn.MaxPool2d(2));
                continue;
            }

            layers.AddRange([nn.Conv2d(channels, filters, 3, padding: 1), nn.BatchNorm2d(filters), nn.ReLU()]);
            channels = filters;
        }

        return nn.Sequential([.. layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000)]);
    }

    private static void Forward(nn.Module<Tensor, Tensor> module, Tensor example)
    {
        using var noGradients = no_grad();
        using Tensor output = module.call(example);
    }
}
