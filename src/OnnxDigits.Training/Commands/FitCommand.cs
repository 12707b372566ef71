using System.CommandLine;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines <c>fit</c>, which trains, and the options that other commands share with it.</summary>
internal static class FitCommand
{
    private const string AllNetworks = "all";

    /// <summary>Returns the option for the folder that holds the run folders.</summary>
    public static Option<string> RunsFolder() => new("--runs-folder")
    {
        Description = "The folder in which each run has its own folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine("artifacts", "runs"),
    };

    /// <summary>Returns the option for the data set.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = "A folder with MNIST's four files or with pictures in folders 0 to 9, 'mnist' or 'generated'. By "
            + "default MNIST from the folder in ONNXDIGITS_DATA, the cache or a download, and generated digits if "
            + "MNIST isn't available.",
        HelpName = "DIR|mnist|generated",
    };

    /// <summary>Returns the option that adds MNIST to other images.</summary>
    public static Option<bool> WithMnist() => new("--with-mnist")
    {
        Description = "Train and test on MNIST too, beside the pictures of --data.",
    };

    /// <summary>Returns the option for the number of threads.</summary>
    public static Option<int?> Threads() => Options.Count("--threads",
        "Number of torch threads; all cores by default. The same number reproduces the same weights.");

    /// <summary>Returns the option for the device.</summary>
    public static Option<string> Device()
    {
        var device = new Option<string>("--device")
        {
            Description = "cpu; cuda or cuda:N for a GPU; or auto for a GPU if there is one. The same device "
                + "reproduces the same weights.",
            HelpName = "cpu|cuda[:N]|auto",
            DefaultValueFactory = _ => TrainingDevice.Cpu,
        };
        device.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TrainingDevice.IsName(token.Value))
            {
                result.AddError($"--device needs cpu, cuda, cuda:N or auto, not '{token.Value}'.");
            }
        });
        return device;
    }

    public static Command Create(CommandContext context)
    {
        Option<string> network = Options.OneOf(
            "--network",
            $"The network, or all for {string.Join(" and ", DigitNetworks.Notebook)}. By default the one of --from.",
            [.. new[] { DigitNetworks.Own?.Name ?? AllNetworks, AllNetworks }.Union(DigitNetworks.Names)]);
        var recipe = new RecipeOptions();
        Option<int?> runs = Options.Count("--runs", "Number of runs, with the seeds SEED, SEED + 1 and so on.");
        runs.DefaultValueFactory = _ => 1;
        Option<string?> data = Data();
        Option<bool> withMnist = WithMnist();
        var from = new Option<string?>("--from")
        {
            Description = "Start from the weights of a run, an exported .onnx file, a weights.dat or a shipped "
                + "network.",
            HelpName = "RUN|FILE|NETWORK",
        };
        var freeze = new Option<bool>("--freeze") { Description = "Train only the last layer." };
        Option<string> runsFolder = RunsFolder();
        var publish = new Option<string?>("--publish")
        {
            Description = "A folder for the model of the seed with the lowest training loss, and for a card of all "
                + "seeds.",
            HelpName = "DIR",
        };
        Option<int?> threads = Threads();
        Option<string> device = Device();
        Option<double?> minAccuracy = Options.Share("--min-accuracy",
            "Exit with code 6 and publish nothing if the test accuracy is below this value.");
        var resume = new Option<bool>("--resume")
        {
            Description = "Continue the latest run of each network and seed after its last epoch. Give the same "
                + "options as before. A finished run is not repeated. Training starts anew if there is no run.",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Write each event as a line of JSON to the standard output, and text to the standard error.",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Print the layers and the recipe of each network, and train nothing.",
        };
        var command = new Command(
            "fit", "Trains networks and exports each as a verified ONNX file, in a folder with metrics and pictures.")
        {
            network, runs, data, withMnist, from, freeze, runsFolder, publish, threads, device, minAccuracy, resume,
            json, dryRun,
        };
        recipe.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) context.WriteEvents();
            return new TrainSession(context, OptionsOf(parsed)).Run();
        });
        return command;

        TrainOptions OptionsOf(ParseResult parsed) => new()
        {
            Recipes = recipe.RecipesFor(NetworksOf(parsed), parsed),
            Runs = parsed.GetValue(runs)!.Value,
            Data = parsed.GetValue(data),
            WithMnist = parsed.GetValue(withMnist),
            From = parsed.GetValue(from),
            Freeze = parsed.GetValue(freeze),
            RunsFolder = parsed.GetValue(runsFolder)!,
            Publish = parsed.GetValue(publish),
            Threads = parsed.GetValue(threads),
            Device = parsed.GetValue(device)!,
            MinAccuracy = parsed.GetValue(minAccuracy),
            Resume = parsed.GetValue(resume),
            DryRun = parsed.GetValue(dryRun),
        };

        IReadOnlyList<string> NetworksOf(ParseResult parsed)
        {
            string name = parsed.GetValue(network)!;
            if (name != AllNetworks) return [name];
            return parsed.GetResult(network) is null or { Implicit: true } && parsed.GetValue(from) is { } weights
                && WeightsFile.Find(weights, parsed.GetValue(runsFolder)!) is { } file
                && DigitNetworks.Names.Contains(file.Network)
                    ? [file.Network]
                    : DigitNetworks.Notebook;
        }
    }
}
