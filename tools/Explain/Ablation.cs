using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Reports.Pictures;
using TorchSharp;
using static OnnxDigits.Training.Networks.Activation;

namespace OnnxDigits.Tools.Explain;

/// <summary>
/// Represents one change to a network of the notebook or to its images, to measure the effect on accuracy.
/// </summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Recipe">The name of the recipe: dense or conv.</param>
/// <param name="Layers">The layers, or <see langword="null"/> for the notebook's.</param>
/// <param name="Shuffles">Indicates whether the pixels are shuffled, in the same order for all images.</param>
internal sealed record Ablation(
    string Name, string Recipe, Action<SequentialModel>? Layers = null, bool Shuffles = false)
{
    private static readonly Ablation[] All =
    [
        new("dense", "dense"),
        new("dense, pixels shuffled", "dense", Shuffles: true),
        new("conv", "conv"),
        new("conv, pixels shuffled", "conv", Shuffles: true),
        new("conv, one convolution", "conv", network => network
            .Conv2D(32, kernel: 3, activation: Relu).MaxPooling2D(2)),
        new("conv, strides instead of pooling", "conv", network => network
            .Conv2D(32, kernel: 3, strides: 2, activation: Relu)
            .Conv2D(64, kernel: 3, strides: 2, activation: Relu)
            .Conv2D(64, kernel: 3, activation: Relu)),
        new("conv, average instead of maximum", "conv", network => network
            .Conv2D(32, kernel: 3, activation: Relu).AveragePooling2D(2)
            .Conv2D(64, kernel: 3, activation: Relu).AveragePooling2D(2)
            .Conv2D(64, kernel: 3, activation: Relu)),
        new("conv, same instead of valid", "conv", network => network
            .Conv2D(32, kernel: 3, padding: Padding2D.Same, activation: Relu).MaxPooling2D(2)
            .Conv2D(64, kernel: 3, padding: Padding2D.Same, activation: Relu).MaxPooling2D(2)
            .Conv2D(64, kernel: 3, padding: Padding2D.Same, activation: Relu)),
    ];

    public static void AddTo(Page page, DigitDataSet set, int seeds)
    {
        (string Name, long Parameters, double[] Accuracy)[] rows =
            [.. All.Select(ablation => ablation.Measure(set, seeds))];
        double Mean(string name) => rows.Single(row => row.Name == name).Accuracy.Average();
        page.AddFigure("seeds", $"{seeds}");
        foreach (string name in (string[])["dense", "dense, pixels shuffled", "conv", "conv, pixels shuffled"])
        {
            page.AddFigure(name, $"{Mean(name):0.00 %}");
        }
        string[] head = ["network", "parameters", "mean", "lowest", "highest", "mean − conv's"];
        page.AddTable("ablations", head, rows.Select(row => (string[])
        [
            row.Name, $"{row.Parameters:N0}", $"{row.Accuracy.Average():0.0000}", $"{row.Accuracy.Min():0.0000}",
            $"{row.Accuracy.Max():0.0000}",
            $"{row.Accuracy.Average() - Mean("conv"):+0.0000;−0.0000;0}",
        ]));
        page.AddPicture("ablations", palette => Draw([.. rows.Select(row => (row.Name, row.Accuracy))], palette));
    }

    private (string Name, long Parameters, double[] Accuracy) Measure(DigitDataSet set, int seeds)
    {
        DigitImages training = Shuffles ? Shuffle(set.Train) : set.Train;
        using var test = new DigitTensors(Shuffles ? Shuffle(set.Test) : set.Test);
        long parameters = 0;
        double[] accuracy = new double[seeds];
        for (int seed = 1; seed <= seeds; seed++)
        {
            using SequentialModel network = Build(seed);
            new Trainer(network, Training.Recipes.Recipe.For(Recipe) with { Seed = seed }).Train(training);
            parameters = network.ParameterCount;
            accuracy[seed - 1] = Evaluation.Of(network, test).Accuracy;
            Console.Error.WriteLine($"{Name}, seed {seed}: {accuracy[seed - 1]:0.0000}");
        }

        return (Name, parameters, accuracy);
    }

    private SequentialModel Build(long seed)
    {
        if (Layers is null) return DigitNetworks.Create(Recipe, seed);
        torch.random.manual_seed(seed);
        var model = new SequentialModel(1, DigitImages.Rows, DigitImages.Columns) { Name = Recipe };
        Layers(model);
        return model.Flatten().Dense(64, Relu).Dense(10, Softmax);
    }

    private static DigitImages Shuffle(DigitImages images)
    {
        int[] order = [.. Enumerable.Range(0, DigitImages.PixelsPerImage)];
        new Random(1).Shuffle(order);
        byte[] pixels = images.Pixels.ToArray(), shuffled = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            shuffled[i] = pixels[i / order.Length * order.Length + order[i % order.Length]];
        }
        return new DigitImages(shuffled, images.Labels);
    }

    private static byte[] Draw((string Name, double[] Accuracy)[] rows, Palette palette)
    {
        using ScottPlot.Plot plot = Drawing.CreatePlot(palette, "test accuracy", "");
        foreach ((int i, (_, double[] accuracy)) in rows.Index())
        {
            double height = rows.Length - 1 - i;
            var marks = plot.Add.ScatterPoints(accuracy, accuracy.Select(_ => height).ToArray(), palette.Right);
            marks.MarkerSize = 10;
            var mean = plot.Add.Line(accuracy.Average(), height - 0.3, accuracy.Average(), height + 0.3);
            mean.Color = palette.Wrong;
            mean.LineWidth = 2;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. rows.Select((_, i) => (double)(rows.Length - 1 - i))], [.. rows.Select(row => row.Name)]);
        plot.Axes.SetLimitsY(-0.6, rows.Length - 0.4);
        return Chart.Draw(
            palette, "Test accuracy without a part of the network or of the images", plot,
            [new Legend.Entry("a seed", palette.Right, Ring: true), new Legend.Entry("mean", palette.Wrong)]);
    }
}
