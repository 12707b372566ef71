using OnnxDigits.Training.Loop;
using OnnxDigits.Training.Recipes;

namespace OnnxDigits.Training.Commands;

/// <summary>What the command line asked for; null means the network's own recipe decides.</summary>
internal sealed record TrainOptions
{
    public required IReadOnlyList<string> Networks { get; init; }

    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    public long Seed { get; init; } = 1;

    public int Runs { get; init; } = 1;

    public string? Data { get; init; }

    public required string Output { get; init; }

    public string? Publish { get; init; }

    public int? Threads { get; init; }

    public string Device { get; init; } = TrainingDevice.Cpu;

    public double? ValidationSplit { get; init; }

    public double? MinAccuracy { get; init; }

    public bool Resume { get; init; }

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
}
