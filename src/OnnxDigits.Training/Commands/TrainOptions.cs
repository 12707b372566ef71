using System.Globalization;
using OnnxDigits.Data;
using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Commands;

/// <summary>Represents the options of the training command. <c>null</c> selects the recipe's value.</summary>
internal sealed record TrainOptions
{
    public required IReadOnlyList<string> Networks { get; init; }

    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    public long Seed { get; init; } = 1;

    public int Runs { get; init; } = 1;

    public string? Data { get; init; }

    public required string RunsFolder { get; init; }

    public string? Publish { get; init; }

    public int? Threads { get; init; }

    public string Device { get; init; } = TrainingDevice.Cpu;

    public double? ValidationSplit { get; init; }

    public double? MinAccuracy { get; init; }

    public bool Resume { get; init; }

    /// <summary>Returns the recipe of a run.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="run">The index of the run, from 0; it is added to the seed.</param>
    public Recipe RecipeFor(string network, int run)
    {
        Recipe recipe = Recipe.For(network);
        return recipe with
        {
            Epochs = Epochs ?? recipe.Epochs,
            BatchSize = BatchSize ?? recipe.BatchSize,
            Seed = Seed + run,
            ValidationSplit = ValidationSplit ?? recipe.ValidationSplit,
        };
    }

    /// <summary>Returns the test accuracy below which a run of a network counts as failed; 0 for any.</summary>
    /// <remarks>The built-in bars hold for MNIST and unchanged recipes only.</remarks>
    public double AccuracyBarFor(string network, bool isMnist) =>
        MinAccuracy ?? (isMnist && RecipeFor(network, run: 0) == Recipe.For(network) with { Seed = Seed }
            ? Recipe.AccuracyBar(network)
            : 0);

    /// <summary>Returns the command that repeats the runs of a network. Absolute paths become <c>DIR</c>.</summary>
    public string CommandFor(string network)
    {
        (string Name, object? Value)[] options =
        [
            ("network", network),
            ("seed", Seed == 1 ? null : Seed),
            ("runs", Runs == 1 ? null : Runs),
            ("epochs", Epochs),
            ("batch-size", BatchSize),
            ("validation-split", ValidationSplit),
            ("threads", Threads),
            ("device", Device == TrainingDevice.Cpu ? null : Device),
            ("data", Data is null or DigitDataSet.Mnist or DigitDataSet.Generated ? Data : "DIR"),
            ("publish", Path.IsPathRooted(Publish) ? "DIR" : Publish),
        ];
        return "dotnet cake --target=Train" + string.Concat(options.Where(option => option.Value is not null)
            .Select(option => string.Create(CultureInfo.InvariantCulture, $" --{option.Name}={option.Value}")));
    }
}
