using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Commands;

/// <summary>The command line of the training program.</summary>
internal static class TrainCommand
{
    private const string Description = """
        Trains the digit networks and exports each as a verified ONNX file. Each run leaves a folder with its model, its
        figures as CSV and JSON, and pictures of them for light and dark pages; 'runs' lists and compares these.

        Exit codes: 0 done; 1 a network missed its accuracy bar; 2 wrong arguments; 3 export, device or native library;
        4 data; 5 the results cannot be written; 6 the checkpoint belongs to another run, or another process trains it;
        130 Ctrl-C, with the weights so far exported, or at once if pressed twice; 143 terminated.
        """;

    /// <summary>Where run folders are made and looked for.</summary>
    public static string DefaultOutput => Path.Combine("artifacts", "runs");

    public static RootCommand Create(TrainEnvironment environment)
    {
        var network = new Option<string>("--network") { Description = $"Which network to train: {string.Join(", ", DigitNetworks.Names)}, or all for {string.Join(" and ", DigitNetworks.Notebook)}.", DefaultValueFactory = _ => "all" };
        network.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value != "all" && !DigitNetworks.Names.Contains(token.Value))
                result.AddError($"--network takes {string.Join(", ", DigitNetworks.Names)} or all, not '{token.Value}'.");
        });
        var epochs = Positive("--epochs", "Passes over the training images; when left out the recipe's: 5 for dense and conv, 30 for best.");
        var batchSize = Positive("--batch-size", "Images per step; when left out the recipe's: 64 for conv, 128 for dense and best.");
        var seed = new Option<long?>("--seed")
        {
            Description = "Seed of the weights and of the order of images.",
            DefaultValueFactory = _ => 1,
            CustomParser = result => Parse<long>(result, "a whole number", text =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null),
        };
        var runs = Positive("--runs", "How many seeds to train, counting up from --seed.");
        runs.DefaultValueFactory = _ => 1;
        var data = new Option<string?>("--data")
        {
            Description = "A folder with the four MNIST files, or 'mnist', or 'generated' for drawn digits. "
                + "When left out: ONNXDIGITS_DATA, the cache folder, a download, else drawn digits.",
        };
        var output = new Option<string>("--output")
        {
            Description = "Where run folders are made; each run gets a new one.",
            DefaultValueFactory = _ => DefaultOutput,
        };
        var publish = new Option<string?>("--publish")
        {
            Description = "Also copy the model of the first seed to this folder, with its card.",
        };
        var threads = Positive("--threads", "Threads of torch; all cores when left out. Weights repeat at the same number.");
        var device = new Option<string>("--device")
        {
            Description = "Where it trains: cpu, cuda or cuda:N for a GPU, which must be there, or auto for a GPU where there is one. "
                + "Weights repeat on the same device.",
            DefaultValueFactory = _ => TrainingDevice.Cpu,
        };
        device.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TrainingDevice.IsName(token.Value))
                result.AddError($"--device takes cpu, cuda, cuda:N with N from 0, or auto, not '{token.Value}'.");
        });
        var validationSplit = new Option<double?>("--validation-split")
        {
            CustomParser = result => Parse<double>(result, "a number from 0 to below 1", text =>
                double.TryParse(text, CultureInfo.InvariantCulture, out double number) && number is >= 0 and < 1 ? number : null),
            Description = "Fraction of the training images to hold out and measure after each epoch; 0 when left out.",
        };
        var minAccuracy = new Option<double?>("--min-accuracy")
        {
            CustomParser = result => Parse<double>(result, "a number from 0 to 1", text =>
                double.TryParse(text, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1 ? number : null),
            Description = "Test accuracy 0..1 below which the exit code is 1. When left out: "
                + string.Join(", ", DigitNetworks.Names.Select(name => FormattableString.Invariant($"{Recipe.AccuracyBar(name)} for {name}"))) + ", on MNIST alone.",
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Continue each run below --output after its last whole epoch, with the same options as before. "
                + "A run that is finished is used as it is; one that left nothing starts from the beginning.",
        };
        var root = new RootCommand(Description)
        {
            network, epochs, batchSize, seed, runs, data, output, publish, threads, device, validationSplit, minAccuracy, resume,
            RunsCommand.Create(environment),
        };
        root.SetAction(parsed =>
        {
            var options = new TrainOptions
            {
                Networks = parsed.GetValue(network) == "all" ? DigitNetworks.Notebook : [parsed.GetValue(network)!],
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                Seed = parsed.GetValue(seed)!.Value,
                Runs = parsed.GetValue(runs)!.Value,
                Data = parsed.GetValue(data),
                Output = parsed.GetValue(output)!,
                Publish = parsed.GetValue(publish),
                Threads = parsed.GetValue(threads),
                Device = parsed.GetValue(device)!,
                ValidationSplit = parsed.GetValue(validationSplit),
                MinAccuracy = parsed.GetValue(minAccuracy),
                Resume = parsed.GetValue(resume),
            };
            return new TrainSession(options, environment).Run();
        });
        return root;
    }

    private static Option<int?> Positive(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse<int>(result, "a whole number of at least 1", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 ? number : null),
    };

    // The library's own sentence names .NET types; this one says what is wanted.
    private static T? Parse<T>(ArgumentResult result, string wanted, Func<string, T?> parse) where T : struct
    {
        string text = result.Tokens[0].Value;
        T? value = parse(text);
        if (value is null) result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes {wanted}, not '{text}'.");
        return value;
    }
}
