using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Commands;

/// <summary>Represents the options of the training command.</summary>
internal sealed record TrainOptions
{
    /// <summary>Gets the recipe of each network, in the order of training, with the first seed.</summary>
    public required OrderedDictionary<string, Recipe> Recipes { get; init; }

    public int Runs { get; init; } = 1;

    public string? Data { get; init; }

    /// <summary>Gets a value that indicates whether to add MNIST to the data set.</summary>
    public bool WithMnist { get; init; }

    /// <summary>Gets the run, the file or the shipped network with the weights to start from.</summary>
    public string? From { get; init; }

    /// <summary>Gets a value that indicates whether to train only the last layer.</summary>
    public bool Freeze { get; init; }

    public required string RunsFolder { get; init; }

    public string? Publish { get; init; }

    public int? Threads { get; init; }

    public string Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Gets the test accuracy below which a run fails, or <c>null</c> if any is accepted.</summary>
    public double? MinAccuracy { get; init; }

    public bool Resume { get; init; }

    /// <summary>Gets a value that indicates whether to print the plan instead of training.</summary>
    public bool DryRun { get; init; }

    /// <summary>Returns the recipe of a run.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="run">The index of the run, from 0; it is added to the seed.</param>
    public Recipe RecipeFor(string network, int run) =>
        Recipes[network] with { Seed = Recipes[network].Seed + run };

    /// <summary>Returns the command that repeats the runs of a network. Absolute paths become <c>DIR</c>.</summary>
    public string CommandFor(string network)
    {
        (string Name, object? Value)[] options =
        [
            ("network", network),
            .. RecipeChange.Between(Recipe.For(network), Recipes[network]).Select(setting => ("set", (object?)setting)),
            ("runs", Runs == 1 ? null : Runs),
            ("threads", Threads),
            ("device", Device == TrainingDevice.Cpu ? null : Device),
            ("data", Data is null or DigitDataSet.Mnist or DigitDataSet.Generated ? Data : "DIR"),
            ("with-mnist", WithMnist ? "true" : null),
            ("from", From is null || DigitNetworks.Names.Contains(From) ? From : "FILE"),
            ("freeze", Freeze ? "true" : null),
            ("publish", Path.IsPathRooted(Publish) ? "DIR" : Publish),
        ];
        // A file that is run with "dotnet run FILE" has no project and no target.
        string program = AppContext.GetData("EntryPointFilePath") is string file
            ? $"dotnet run {Path.GetFileName(file)} -- fit"
            : "dotnet cake --target=Train";
        return program + string.Concat(options.Where(option => option.Value is not null)
            .Select(option => string.Create(CultureInfo.InvariantCulture, $" --{option.Name}={option.Value}")));
    }
}
